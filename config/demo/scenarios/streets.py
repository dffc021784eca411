"""Waste collection and parking permits."""

from config.demo.scenarios.scenario import Scenario, Words

MISSED = Scenario(
    "Waste collection",
    "Desk",
    "complaint",
    {
        "en": Words(
            subject="Bins in our street were not emptied",
            asks="On Monday the paper bins in {street} were left full, and it is the second time this month. The lids "
            "no longer close. When does the truck come?",
            begins="the truck did leave your street out on Monday, and that was our mistake: a substitute driver had "
            "the old list. An extra round is ordered.",
            promise="The bins in your street are emptied.",
            obstacle="Parked cars: the truck needs three metres to turn at the end of the street.",
            delay="A parked car closed the end of the street and the truck could not turn.",
            news="the extra round has your street on it. Next I check with the driver and write to you when the bins "
            "are empty.",
            question="Are the bins at the kerb or behind the gate? The driver may not enter a yard.",
            answer="They stand at the kerb, all four of them.",
            chases="They are still full and it starts to smell.",
            solves="all four bins were emptied at 6:40 this morning, and your street is on the driver's new list. I "
            "look at the record of the next two Mondays myself.",
            again="Left out again this Monday.",
            thanks="Emptied the next day, as you wrote.",
        ),
        "hr": Words(
            subject="Kante u našoj ulici nisu odvezene",
            asks="U ponedjeljak su kante za papir u ulici {street} ostale pune, drugi put ovaj mjesec. Poklopci se "
            "više ne zatvaraju. Kada dolazi kamion?",
            begins="kamion je u ponedjeljak doista preskočio Vašu ulicu i to je naša pogreška: zamjenski je vozač "
            "imao stari popis. Naručena je dodatna vožnja.",
            promise="Kante u Vašoj ulici su ispražnjene.",
            obstacle="Parkirani automobili: kamionu na kraju ulice treba tri metra za okretanje.",
            delay="Parkirani je automobil zatvorio kraj ulice i kamion se nije mogao okrenuti.",
            news="Vaša je ulica u dodatnoj vožnji. Provjeravam s vozačem i pišem Vam kad kante budu prazne.",
            question="Stoje li kante uz pločnik ili iza ograde? Vozač ne smije ulaziti u dvorište.",
            answer="Stoje uz pločnik, sve četiri.",
            chases="Još su pune i počinje zaudarati.",
            solves="sve su četiri kante ispražnjene jutros u 6.40, a Vaša je ulica na novom popisu vozača. Zapis za "
            "iduća dva ponedjeljka osobno provjeravam.",
            again="I ovaj su ponedjeljak ostale pune.",
            thanks="Odvezeno idući dan, kako ste i napisali.",
        ),
    },
)
BIN = Scenario(
    "Waste collection",
    "Desk",
    "request",
    {
        "en": Words(
            subject="A larger bin for a family of six",
            asks="We are six now at {street} and the 80-litre bin is full on Thursdays. What does a 120-litre one "
            "cost, and can we keep the small one for glass?",
            begins="the 120-litre bin costs €3.20 more a month, and yes, you may keep the small one for glass. I "
            "have ordered the exchange at the depot.",
            promise="The larger bin is delivered to your house.",
            obstacle="The depot gets new bins on Tuesdays; if they run out before, it is the Tuesday after.",
            delay="The depot ran out of 120-litre bins before your turn; the next ones arrive on Tuesday.",
            news="a bin is set aside for you at the depot. Next the driver gets it on his list, and you the day.",
            question="Shall the driver put it at the kerb or behind the gate?",
            answer="At the kerb is fine, we bring it in.",
            chases="Is there a day yet? We would be at home in the mornings.",
            solves="the larger bin stands at your kerb since this morning, with your number on it. The new price "
            "applies from the first of next month.",
            again="The number on the bin is our neighbour's.",
            thanks="Friendly, and the price was right from the start.",
        ),
        "hr": Words(
            subject="Veća kanta za šesteročlanu obitelj",
            asks="Sada nas je na adresi {street} šestero i kanta od 80 litara puna je već u četvrtak. Koliko stoji ona "
            "od 120 litara i možemo li malu zadržati za staklo?",
            begins="kanta od 120 litara stoji 3,20 € više na mjesec, a malu smijete zadržati za staklo. Zamjena je "
            "naručena u skladištu.",
            promise="Veća je kanta dostavljena na Vašu adresu.",
            obstacle="Skladište nove kante dobiva utorkom; ako ih ponestane, na redu je utorak poslije.",
            delay="U skladištu je prije Vašeg reda ponestalo kanti od 120 litara; nove stižu u utorak.",
            news="jedna je kanta u skladištu ostavljena za Vas. Slijedi popis vozača, a Vama javljamo dan.",
            question="Treba li je vozač ostaviti uz pločnik ili iza ograde?",
            answer="Uz pločnik je u redu, sami ćemo je unijeti.",
            chases="Zna li se dan? Ujutro bismo bili kod kuće.",
            solves="veća kanta od jutros stoji ispred Vaše kuće i nosi Vaš broj. Nova cijena vrijedi od prvoga u "
            "idućem mjesecu.",
            again="Na kanti je broj našeg susjeda.",
            thanks="Ljubazno, a cijena je od početka bila točna.",
        ),
    },
)
BULKY = Scenario(
    "Waste collection",
    "Desk",
    "request",
    {
        "en": Words(
            subject="Pick-up of an old wardrobe and a fridge",
            asks="We are clearing my mother's flat at {street}, second floor without a lift. One wardrobe in parts, "
            "one fridge. When can you fetch them?",
            begins="the wardrobe and the fridge go on two different trucks, because the fridge holds a gas. Both are "
            "free of charge once a year.",
            promise="Both trucks have been at your house.",
            obstacle="Two men carry from the second floor only when the stairs are clear.",
            delay="The stairs were full of moving boxes when the men came; they come again.",
            news="the truck for the wardrobe is booked. Next I get the day of the one for the fridge.",
            question="Is the fridge empty and dry? The men may not carry it otherwise.",
            answer="Empty and dry, since Sunday.",
            chases="We hand over the keys on Friday. Will it work until then?",
            solves="the wardrobe and the fridge were fetched this morning; the slips are in the letter box. The "
            "next free pick-up is from January on.",
            again="They took the wardrobe, the fridge still stands there.",
            thanks="Two kind men who even swept the stairs.",
        ),
        "hr": Words(
            subject="Odvoz starog ormara i hladnjaka",
            asks="Praznimo mamin stan na adresi {street}, drugi kat bez dizala. Jedan rastavljeni ormar i jedan "
            "hladnjak. Kada ih možete odvesti?",
            begins="ormar i hladnjak idu različitim kamionima jer je u hladnjaku plin. Oba su odvoza jednom godišnje "
            "bez naknade.",
            promise="Oba su kamiona bila na Vašoj adresi.",
            obstacle="Dvojica nose s drugog kata samo ako je stubište prazno.",
            delay="Stubište je pri dolasku bilo puno kutija za selidbu; dolaze ponovno.",
            news="kamion za ormar je dogovoren. Slijedi dan za hladnjak.",
            question="Je li hladnjak prazan i suh? Inače ga ne smiju nositi.",
            answer="Prazan i suh, od nedjelje.",
            chases="U petak predajemo ključeve. Hoće li stići do tada?",
            solves="ormar i hladnjak odvezeni su jutros; potvrde su u sandučiću. Idući je besplatni odvoz od siječnja.",
            again="Odnijeli su ormar, a hladnjak još stoji.",
            thanks="Dvojica ljubaznih ljudi, još su i stubište pomeli.",
        ),
    },
)
PERMIT = Scenario(
    "Parking permits",
    "Desk",
    "question",
    {
        "en": Words(
            subject="Parking permit paid but not arrived",
            asks="I paid for the resident's permit for {street} two weeks ago, reference {invoice}. Nothing has come "
            "and yesterday I got a fine. What now?",
            begins="your payment is here. The permit went to your old address; I have cancelled it and ordered a new "
            "one. The fine is withdrawn with it, you need not write to anybody.",
            promise="The new permit is in your letter box.",
            obstacle="The post takes two to three days, and we cannot see where the letter is.",
            delay="The letter came back to us: the name was missing on the letter box.",
            news="the new permit was printed this morning and goes out with today's post.",
            question="Which name stands on your letter box? The last letter came back.",
            answer="It says Vukojević-Šimunović since last week.",
            chases="No letter yet. Can I park in front of the house until then?",
            solves="the permit is valid in our system from today, so the controllers see it under your plate number. "
            "The paper one follows by post, and the fine is cancelled.",
            again="Another fine today, in spite of the permit.",
            thanks="The fine is gone and I did not have to run anywhere.",
        ),
        "hr": Words(
            subject="Plaćena parkirna karta nije stigla",
            asks="Stanarska karta za adresu {street} plaćena je prije dva tjedna, poziv na broj {invoice}. Ništa "
            "nije stiglo, a jučer je stigla kazna. Što sada?",
            begins="Vaša je uplata ovdje. Karta je otišla na staru adresu; ta je poništena i naručena je nova. S njom "
            "se poništava i kazna, ne trebate nikome pisati.",
            promise="Nova je karta u Vašem sandučiću.",
            obstacle="Pošti trebaju dva do tri dana, a ne vidimo gdje je pismo.",
            delay="Pismo se vratilo: na sandučiću nije bilo imena.",
            news="nova je karta jutros otisnuta i odlazi današnjom poštom.",
            question="Koje je ime na Vašem sandučiću? Zadnje se pismo vratilo.",
            answer="Od prošlog tjedna piše Vukojević-Šimunović.",
            chases="Pisma još nema. Smijem li dotad parkirati pred kućom?",
            solves="karta u našem sustavu vrijedi od danas, pa je kontrolori vide pod Vašom registracijom. Papirnata "
            "stiže poštom, a kazna je poništena.",
            again="Danas opet kazna, unatoč karti.",
            thanks="Kazne više nema, i bez trčanja po šalterima.",
        ),
    },
)
SECOND_CAR = Scenario(
    "Parking permits",
    "Desk",
    "request",
    {
        "en": Words(
            subject="Permit for a second car",
            asks="My wife now has a company car. Can we get a second permit for {street}, although it is not "
            "registered on us? And what does it cost?",
            begins="yes, a company car can have one: the employer confirms on one page who drives it. The permit "
            "costs €48 a year.",
            promise="You have our decision on the second permit.",
            obstacle="The committee for company cars meets on Wednesdays only.",
            delay="The committee did not meet this Wednesday; your request is first on its next list.",
            news="the confirmation of the employer is here and complete. Next the committee decides.",
            question="Could you send us the page with the employer's stamp? A photo of it will do.",
            answer="Here is the photo, with the stamp.",
            chases="Do you have everything you need? The employer asks me.",
            solves="the second permit is granted and valid from tomorrow. The payment slip is attached; until it is "
            "paid, the first week is free.",
            again="The plate on the permit has one letter wrong.",
            thanks="I knew from the first day what was needed.",
        ),
        "hr": Words(
            subject="Karta za drugi automobil",
            asks="Supruga sada ima službeni automobil. Možemo li dobiti drugu kartu za adresu {street}, iako nije "
            "registriran na nas? I koliko stoji?",
            begins="da, i službeni je može dobiti: poslodavac na jednoj stranici potvrđuje tko ga vozi. Karta stoji "
            "48 € na godinu.",
            promise="Imate našu odluku o drugoj karti.",
            obstacle="Povjerenstvo za službene automobile sastaje se samo srijedom.",
            delay="Povjerenstvo se ove srijede nije sastalo; Vaš je zahtjev prvi na idućem popisu.",
            news="potvrda poslodavca je ovdje i potpuna je. Slijedi odluka povjerenstva.",
            question="Možete li poslati stranicu s pečatom poslodavca? Dovoljna je fotografija.",
            answer="Evo fotografije, s pečatom.",
            chases="Imate li sve što treba? Poslodavac me pita.",
            solves="druga je karta odobrena i vrijedi od sutra. Uplatnica je u privitku; prvi je tjedan besplatan.",
            again="Na karti je jedno slovo registracije krivo.",
            thanks="Od prvog je dana bilo jasno što treba.",
        ),
    },
)
SCENARIOS = [MISSED, BIN, BULKY, PERMIT, SECOND_CAR]
