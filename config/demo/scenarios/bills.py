"""Bills and payments; contracts and moving; damage claims."""

from config.demo.scenarios.scenario import Scenario, Words

PAID_TWICE = Scenario(
    "Bills and payments",
    "Billing",
    "complaint",
    {
        "en": Words(
            subject="Reminder for a bill that is paid",
            asks="I have received a second reminder for bill {invoice}, although I paid {amount} on the 3rd. The bank "
            "statement is attached. Please stop these letters, they frighten my father.",
            begins="your payment is here, and the reminders should never have gone out: it was booked on another "
            "account. Tell your father that he owes nothing. I am moving the payment to the right account.",
            promise="The payment stands on the right account and you have a written confirmation.",
            obstacle="The bank has to release the booking, and it does that once a day.",
            delay="The bank did not release the booking yesterday; it does so with tonight's run.",
            news="the bank has released the booking. Next it is moved, and the confirmation is written.",
            question="Which reference number stands on the payment, the one of the bill or the old one?",
            answer="The old one, 00-4471, from the card.",
            chases="Today the third letter came. I thought this was settled?",
            solves="the payment of {amount} is booked to bill {invoice} and both reminders are cancelled. The letter "
            "that says so is attached, for your father.",
            again="Another reminder this morning.",
            thanks="A person who believed me and checked.",
        ),
        "hr": Words(
            subject="Opomena za plaćeni račun",
            asks="Stigla mi je druga opomena za račun {invoice}, iako je {amount} plaćeno trećega. Izvod je u "
            "privitku. Molim vas, zaustavite ta pisma, plaše mi oca.",
            begins="Vaša je uplata ovdje i opomene nisu smjele otići: proknjižena je na drugi račun. Recite ocu da "
            "ništa ne duguje. Prebacujemo uplatu na pravi račun.",
            promise="Uplata je na pravom računu i imate pisanu potvrdu.",
            obstacle="Banka mora osloboditi knjiženje, a to čini jednom dnevno.",
            delay="Banka jučer nije oslobodila knjiženje; čini to večerašnjom obradom.",
            news="banka je oslobodila knjiženje. Slijede prijenos i potvrda.",
            question="Koji je poziv na broj na uplati, onaj s računa ili stari?",
            answer="Stari, 00-4471, s iskaznice.",
            chases="Danas je stiglo treće pismo. Zar to nije riješeno?",
            solves="uplata od {amount} proknjižena je na račun {invoice} i obje su opomene poništene. Pismo o tome je "
            "u privitku, za Vašeg oca.",
            again="Jutros opet opomena.",
            thanks="Netko mi je povjerovao i provjerio.",
        ),
    },
)
TOTAL = Scenario(
    "Bills and payments",
    "Billing",
    "question",
    {
        "en": Words(
            subject="Bill {invoice} shows the wrong total",
            asks="Bill {invoice} says {amount}, but the lines above add up to less. Is there something I do not see?",
            begins="you see it right, the lines do not add up. A fee for the old tariff was added without a line of "
            "its own. I am having the bill written anew.",
            promise="You have the corrected bill.",
            obstacle="Bills are printed on Tuesdays and Fridays.",
            delay="Today's print run was stopped by a broken machine; the next one is on Friday.",
            news="the wrong fee is taken out. Next the bill is printed again and sent to you.",
            question="Did you already pay the bill, and if so, how much of it?",
            answer="Not yet, I wanted to ask first.",
            chases="The payment date is the 15th. What shall I do?",
            solves="bill {invoice} is corrected: the new total is {less} and the old bill is cancelled. The "
            "corrected one is attached, with a new payment date.",
            again="The corrected bill still has the fee.",
            thanks="Corrected without a long discussion.",
        ),
        "hr": Words(
            subject="Na računu {invoice} pogrešan je zbroj",
            asks="Na računu {invoice} piše {amount}, a stavke iznad daju manje. Postoji li nešto što ne vidim?",
            begins="dobro vidite, stavke se ne zbrajaju. Dodana je naknada po staroj tarifi bez vlastite stavke. "
            "Račun se piše iznova.",
            promise="Imate ispravljeni račun.",
            obstacle="Računi se tiskaju utorkom i petkom.",
            delay="Današnji je tisak stao zbog kvara stroja; idući je u petak.",
            news="pogrešna je naknada uklonjena. Slijede novi ispis i slanje.",
            question="Jeste li račun već platili i, ako jeste, koliko?",
            answer="Još nije plaćen, prvo pitam.",
            chases="Rok plaćanja je petnaesti. Što da učinim?",
            solves="račun {invoice} je ispravljen: novi je iznos {less}, a stari je račun poništen. Ispravljeni je "
            "u privitku, s novim rokom plaćanja.",
            again="Na ispravljenom je računu još uvijek ista naknada.",
            thanks="Ispravljeno bez dugih rasprava.",
        ),
    },
)
INSTALMENTS = Scenario(
    "Bills and payments",
    "Billing",
    "request",
    {
        "en": Words(
            subject="Paying the yearly bill in parts",
            asks="The yearly bill is {amount} and I am on parental leave until March. Could I pay it in six parts?",
            begins="yes, six parts are possible, without interest. I am writing the plan so that the first part is due "
            "after your next pay day.",
            promise="You have the plan with all six dates.",
            obstacle="The plan needs a second signature, and my colleague is in on three days of the week.",
            delay="The second signature is missing: my colleague is ill and her deputy is back tomorrow.",
            news="the plan is written and waits for its second signature.",
            question="On which day of the month is your pay day? The parts follow it.",
            answer="On the 10th.",
            chases="Is the plan on its way? The bill is due on Monday.",
            solves="your plan is agreed: six parts on the 12th of each month, the first one next month. The signed "
            "copy is attached; the bill's own date no longer applies.",
            again="The first part was taken twice.",
            thanks="I was ashamed to ask, and it was easy.",
        ),
        "hr": Words(
            subject="Plaćanje godišnjeg računa u dijelovima",
            asks="Godišnji je račun {amount}, a do ožujka sam na roditeljskom dopustu. Mogu li ga platiti u šest "
            "dijelova?",
            begins="da, moguće je u šest dijelova i bez kamata. Plan pišemo tako da prvi dio dospijeva nakon Vaše "
            "iduće plaće.",
            promise="Imate plan sa svih šest datuma.",
            obstacle="Planu treba drugi potpis, a kolegica radi tri dana u tjednu.",
            delay="Nedostaje drugi potpis: kolegica je bolesna, a zamjena se vraća sutra.",
            news="plan je napisan i čeka drugi potpis.",
            question="Kojega dana u mjesecu primate plaću? Dijelovi slijede nakon nje.",
            answer="Desetoga.",
            chases="Je li plan na putu? Račun dospijeva u ponedjeljak.",
            solves="Vaš je plan dogovoren: šest dijelova svakoga 12. u mjesecu, prvi idući mjesec. Potpisani je "
            "primjerak u privitku; rok s računa više ne vrijedi.",
            again="Prvi je dio naplaćen dvaput.",
            thanks="Bilo mi je neugodno pitati, a prošlo je lako.",
        ),
    },
)
MOVING = Scenario(
    "Contracts and moving",
    "Billing",
    "request",
    {
        "en": Words(
            subject="Contract transfer for the flat at {street}",
            asks="I am moving out of {street} at the end of the month, the new tenant takes over. What do you need "
            "from us, and who pays the last bill?",
            begins="we need one form with both signatures and the meter reading of the day of the handover. The last "
            "bill goes to your new address.",
            promise="The contract is transferred and both of you have it in writing.",
            obstacle="If the reading of the day is missing, we wait for the next regular one.",
            delay="The reading of the handover day is missing on the form, so the reader has to come first.",
            news="the form is here and complete. Next the contract is written for the new tenant.",
            question="Which figure did the meter show on the day of the handover?",
            answer="00512, we both signed it.",
            chases="The new tenant asks whether he is registered yet.",
            solves="the contract runs in the new tenant's name from the first of the month. Your last bill is {amount} "
            "and goes to the new address.",
            again="The new tenant has received my bill.",
            thanks="One form and it was done.",
        ),
        "hr": Words(
            subject="Prijenos ugovora za stan na adresi {street}",
            asks="Krajem mjeseca iseljavam iz stana na adresi {street} i preuzima ga novi stanar. Što trebate od nas i "
            "tko plaća zadnji račun?",
            begins="trebamo jedan obrazac s oba potpisa i stanje brojila na dan primopredaje. Zadnji račun ide na "
            "Vašu novu adresu.",
            promise="Ugovor je prenesen i oboje to imate napismeno.",
            obstacle="Ako nema stanja toga dana, čeka se prvo redovito očitanje.",
            delay="Na obrascu nema stanja na dan primopredaje, pa očitač mora doći prvi.",
            news="obrazac je ovdje i potpun je. Slijedi ugovor za novog stanara.",
            question="Koje je stanje brojilo pokazivalo na dan primopredaje?",
            answer="00512, oboje smo potpisali.",
            chases="Novi stanar pita je li već prijavljen.",
            solves="ugovor od prvoga u mjesecu glasi na novog stanara. Vaš je zadnji račun {amount} i stiže na novu "
            "adresu.",
            again="Novi je stanar dobio moj račun.",
            thanks="Jedan obrazac i gotovo.",
        ),
    },
)
OLD_NAME = Scenario(
    "Contracts and moving",
    "Billing",
    "request",
    {
        "en": Words(
            subject="Bills addressed to the old company name",
            asks="Our company has had a new name since June, but your bills for {street} still carry the old one. Our "
            "accountant sends them back each time.",
            begins="the extract from the register is all we need, and it is here. I am changing the name in the "
            "contract and in the three open bills.",
            promise="The open bills are written anew with the right name.",
            obstacle="Bills that are already in the tax report can only be changed by the accounts department.",
            delay="One of the three bills is in the tax report already, and the accounts department changes it on "
            "Thursday.",
            news="two of the three bills are changed. The third one is with accounts.",
            question="Does the VAT number stay the same?",
            answer="Yes, only the name has changed.",
            chases="The accountant needs them before the end of the month.",
            solves="all three bills now carry the new name and are attached. Every later bill has it as well.",
            again="This month's bill has the old name again.",
            thanks="Our accountant is happy, that says it all.",
        ),
        "hr": Words(
            subject="Računi glase na staro ime tvrtke",
            asks="Naša tvrtka od lipnja ima novo ime, a vaši računi za {street} još glase na staro. Knjigovođa ih "
            "svaki put vraća.",
            begins="treba nam samo izvadak iz registra i već je ovdje. Mijenjamo ime u ugovoru i na tri otvorena "
            "računa.",
            promise="Otvoreni su računi napisani iznova, s pravim imenom.",
            obstacle="Račune koji su već u poreznom izvješću mijenja samo računovodstvo.",
            delay="Jedan je od triju računa već u poreznom izvješću i računovodstvo ga mijenja u četvrtak.",
            news="dva su od triju računa promijenjena. Treći je u računovodstvu.",
            question="Ostaje li OIB isti?",
            answer="Da, promijenilo se samo ime.",
            chases="Knjigovođi trebaju prije kraja mjeseca.",
            solves="sva tri računa sada nose novo ime i u privitku su. Tako je i sa svim idućim računima.",
            again="Ovomjesečni račun opet ima staro ime.",
            thanks="Knjigovođa je sretan, time je sve rečeno.",
        ),
    },
)
SCENARIOS = [PAID_TWICE, TOTAL, INSTALMENTS, MOVING, OLD_NAME]
