"""Water and meters; repairs and outages."""

from config.demo.scenarios.scenario import Scenario, Words

READING = Scenario(
    "Water and meters",
    "Desk",
    "question",
    {
        "en": Words(
            subject="Meter reading does not match the bill",
            asks="Good morning, my last bill for {street} says the meter stood at 412 m³. I looked this morning and it "
            "shows 371. Meter number {meter}, photo attached. Who is right?",
            begins="thank you for the photo. The figure on the bill was estimated, because our reader found the gate "
            "closed. We read the meter again with you and then correct the bill.",
            promise="You hear from us with the time of the new reading.",
            obstacle="The reader for your district comes by only on working days and needs someone at home.",
            delay="The reader found nobody at home today and has put you on the round of the next working day.",
            news="the reader has your address on today's round. Next we compare his figure with your photo and write "
            "to you with the result.",
            question="To correct the bill we need one thing: which figure does the meter show today, black digits "
            "only?",
            answer="It shows 00374 today.",
            chases="Has anybody been here? I was at home all morning and saw nobody.",
            solves="your bill is corrected: the reading is 374 m³ and the new total is {amount}. The difference is "
            "credited to your next bill, so there is nothing to pay now.",
            again="The new bill has the old reading again.",
            thanks="Clear answer and the bill is right now.",
        ),
        "hr": Words(
            subject="Stanje brojila ne odgovara računu",
            asks="Dobar dan, na zadnjem računu za adresu {street} piše stanje 412 m³. Jutros brojilo pokazuje 371. "
            "Broj brojila je {meter}, fotografija je u privitku. Tko je u pravu?",
            begins="hvala na fotografiji. Stanje na računu bilo je procijenjeno jer je očitač naišao na zatvorena "
            "vrata. Brojilo ćemo očitati zajedno s Vama i potom ispraviti račun.",
            promise="Javljamo Vam vrijeme novog očitanja.",
            obstacle="Očitač za Vaš kvart dolazi samo radnim danom i treba nekoga kod kuće.",
            delay="Očitač danas nikoga nije našao kod kuće; na redu ste u obilasku idućega radnog dana.",
            news="očitač danas ima Vašu adresu u obilasku. Nakon toga uspoređujemo njegovo stanje s Vašom "
            "fotografijom i pišemo Vam rezultat.",
            question="Za ispravak računa treba nam još jedno: koje stanje brojilo pokazuje danas, samo crne znamenke?",
            answer="Danas pokazuje 00374.",
            chases="Je li itko bio? Cijelo sam jutro kod kuće i nitko nije došao.",
            solves="Vaš je račun ispravljen: stanje je 374 m³, a novi iznos {amount}. Razlika je pripisana idućem "
            "računu, pa sada ne trebate ništa platiti.",
            again="Na novom računu opet piše staro stanje.",
            thanks="Jasan odgovor i račun je sada točan.",
        ),
    },
)
METER = Scenario(
    "Water and meters",
    "Desk",
    "request",
    {
        "en": Words(
            subject="The glass of the water meter is fogged up",
            asks="The meter in the shaft at {street} cannot be read any more, the glass is white inside. Number "
            "{meter}. Could you replace it before you estimate again?",
            begins="your meter will be replaced, free of charge: moisture got in, and that is ours to repair. The "
            "fitter needs the shaft to be open.",
            promise="The fitter replaces the meter.",
            obstacle="If it freezes below minus five the fitters cannot close the valve.",
            delay="It froze to minus seven last night and the valve could not be closed.",
            news="the new meter is in the van of Mr Perković, who covers your street. Next he calls you half an hour "
            "before he comes.",
            question="One thing before we come: can the lid of the shaft be lifted by hand, or does it need a hook?",
            answer="It needs a hook, there is a ring in the middle.",
            chases="The shaft has been open since yesterday. When are they coming?",
            solves="the meter was replaced today; the old one stood at 1,208 m³ and the new one starts at zero. Both "
            "figures are on the slip in your letter box.",
            again="Water drips from the new meter.",
            thanks="The fitter was on time and left everything clean.",
        ),
        "hr": Words(
            subject="Zamagljeno staklo vodomjera",
            asks="Vodomjer u oknu na adresi {street} više se ne može očitati, staklo je iznutra bijelo. Broj {meter}. "
            "Možete li ga zamijeniti prije nove procjene?",
            begins="vodomjer će biti zamijenjen bez naknade: ušla je vlaga, a to je na nama da popravimo. Monteru "
            "treba otvoreno okno.",
            promise="Monter mijenja vodomjer.",
            obstacle="Ako zahladi ispod minus pet, monteri ne mogu zatvoriti ventil.",
            delay="Noćas je bilo minus sedam i ventil se nije dao zatvoriti.",
            news="novi je vodomjer u vozilu kolege Perkovića, koji pokriva Vašu ulicu. Nazvat će Vas pola sata prije "
            "dolaska.",
            question="Jedno pitanje prije dolaska: može li se poklopac okna podići rukom ili treba kuka?",
            answer="Treba kuka, u sredini je prsten.",
            chases="Okno je od jučer otvoreno. Kada dolaze?",
            solves="vodomjer je danas zamijenjen; stari je pokazivao 1.208 m³, a novi kreće od nule. Oba su stanja na "
            "potvrdi u Vašem sandučiću.",
            again="Iz novog vodomjera kaplje voda.",
            thanks="Monter je došao na vrijeme i sve ostavio čisto.",
        ),
    },
)
LEAK = Scenario(
    "Repairs and outages",
    "Desk",
    "request",
    {
        "en": Words(
            subject="Water runs over the pavement",
            asks="In front of {street} water has been coming up between the paving stones since last night. It runs "
            "into the cellar window next door. Please send somebody.",
            begins="the emergency crew has secured the place and closed the side pipe; your house keeps its water. "
            "The pipe itself is dug up and repaired next.",
            promise="The pipe in front of the house is repaired.",
            obstacle="The gas pipe lies beside it, and its owner has to be there when we dig.",
            delay="The owner of the gas pipe could not send anybody today, and without him we may not dig.",
            news="the hole is dug and the broken joint is found. Next the crew puts in a new piece of pipe and "
            "tests it overnight.",
            question="So that the crew finds the place at once: is it left or right of the entrance, seen from the "
            "street?",
            answer="Left of the entrance, beside the lamp post.",
            chases="It is still wet in front of the house. Is that normal?",
            solves="the pipe is repaired: a joint from 1978 was replaced and has held its pressure for a day. The "
            "paving stones are back in place.",
            again="Since this morning water is coming up again, a metre further on.",
            thanks="They told me every evening where they stood.",
        ),
        "hr": Words(
            subject="Voda teče po pločniku",
            asks="Ispred kuće na adresi {street} od sinoć izbija voda između ploča. Curi u podrumski prozor susjeda. "
            "Molim vas da nekoga pošaljete.",
            begins="interventna je ekipa osigurala mjesto i zatvorila bočnu cijev; Vaša kuća i dalje ima vodu. "
            "Slijedi iskop i popravak same cijevi.",
            promise="Cijev ispred kuće je popravljena.",
            obstacle="Uz nju leži plinska cijev i njezin vlasnik mora biti na iskopu.",
            delay="Vlasnik plinske cijevi danas nije imao koga poslati, a bez njega ne smijemo kopati.",
            news="iskop je gotov i puknuti spoj je pronađen. Ekipa sada ugrađuje novi komad cijevi i preko noći ga "
            "ispituje.",
            question="Da ekipa lakše nađe mjesto: je li to lijevo ili desno od ulaza, gledano s ulice?",
            answer="Lijevo od ulaza, uz stup rasvjete.",
            chases="Pred kućom je još mokro. Je li to u redu?",
            solves="cijev je popravljena: zamijenjen je spoj iz 1978. i jedan dan drži tlak. Ploče su vraćene na "
            "mjesto.",
            again="Od jutros voda opet izbija, metar dalje.",
            thanks="Svaku su mi večer javili dokle su stigli.",
        ),
    },
)
LAMP = Scenario(
    "Repairs and outages",
    "Desk",
    "request",
    {
        "en": Words(
            subject="Street light out at the school crossing",
            asks="The lamp at the crossing by {street} has been dark for three days. Children cross there at seven in "
            "the morning. Pole number {meter}.",
            begins="thank you for the pole number, it saved the crew a search. The cable to the pole has no current, "
            "so it takes more than a new bulb.",
            promise="The lamp at the crossing works again.",
            obstacle="If the cable is broken under the road, we need the road closed for a morning.",
            delay="The cable is broken under the road, and the road is closed for us on the next free morning.",
            news="the crew has measured the cable and found the break eight metres from the pole. Next it is dug up.",
            question="Is only this lamp dark, or also the next one towards the school?",
            answer="Only this one. The next one works.",
            chases="Dark again this morning. A car had to brake hard.",
            solves="the lamp works again: the cable was broken eight metres from the pole and has been joined. The "
            "crew came back after dusk to check.",
            again="It was on for two evenings and is out again.",
            thanks="Light is back, and somebody called me to say so.",
        ),
        "hr": Words(
            subject="Ne radi rasvjeta kod školskog prijelaza",
            asks="Svjetiljka na prijelazu kod adrese {street} ne radi već tri dana. Djeca tuda prelaze u sedam ujutro. "
            "Broj stupa je {meter}.",
            begins="hvala na broju stupa, ekipi je uštedio traženje. Kabel do stupa nema napona, pa nova žarulja nije "
            "dovoljna.",
            promise="Svjetiljka na prijelazu ponovno radi.",
            obstacle="Ako je kabel prekinut ispod ceste, cestu treba zatvoriti na jedno jutro.",
            delay="Kabel je prekinut ispod ceste, a cesta se za nas zatvara prvoga slobodnog jutra.",
            news="ekipa je izmjerila kabel i našla prekid osam metara od stupa. Slijedi iskop.",
            question="Je li mračna samo ta svjetiljka ili i sljedeća prema školi?",
            answer="Samo ta. Sljedeća radi.",
            chases="Jutros je opet bio mrak. Jedan je auto jako kočio.",
            solves="svjetiljka ponovno radi: kabel je bio prekinut osam metara od stupa i spojen je. Ekipa se vratila "
            "nakon mraka i provjerila.",
            again="Dvije je večeri radila i opet ne radi.",
            thanks="Svjetlo se vratilo, a netko me i nazvao.",
        ),
    },
)
PRESSURE = Scenario(
    "Repairs and outages",
    "Desk",
    "complaint",
    {
        "en": Words(
            subject="Hardly any water pressure on the fourth floor",
            asks="For two weeks we have had a trickle on the fourth floor of {street}, worst between six and eight. "
            "Nobody tells us why. We pay the same as everybody.",
            begins="two weeks without a word from us is too long, and I am sorry. We measure the pressure at your "
            "house over a whole day, because a single look would miss the mornings.",
            promise="You have the result of the measurement.",
            obstacle="The measurement counts only if nobody closes a valve in the street that day.",
            delay="A valve in your street had to be closed on the day of the measurement, so the figures were useless.",
            news="the recorder has been in your cellar since this morning. Next we read it and look for the cause.",
            question="Do the neighbours below you notice it too, or only the fourth floor?",
            answer="The third floor says it is weak as well, the ground floor is fine.",
            chases="Still a trickle. I would like to know what happens next.",
            solves="the pressure is back: a valve in the street stood half closed after the works in the spring and "
            "was opened today. At seven this morning we measured 3.4 bar on your floor.",
            again="This week it is weak again in the mornings.",
            thanks="It took two weeks, but then somebody really looked for the cause.",
        ),
        "hr": Words(
            subject="Na četvrtom katu jedva ima tlaka",
            asks="Dva tjedna na četvrtom katu na adresi {street} imamo mlaz kao konac, najgore između šest i osam. "
            "Nitko ne kaže zašto. Plaćamo isto kao i svi.",
            begins="dva tjedna bez naše riječi previše je i žao mi je. Mjerit ćemo tlak u Vašoj kući cijeli dan jer "
            "bi jedan pogled propustio jutra.",
            promise="Imate rezultat mjerenja.",
            obstacle="Mjerenje vrijedi samo ako taj dan nitko ne zatvara ventil u ulici.",
            delay="Na dan mjerenja morao se zatvoriti ventil u Vašoj ulici, pa brojke ne vrijede.",
            news="mjerač je od jutros u Vašem podrumu. Sada ga očitavamo i tražimo uzrok.",
            question="Primjećuju li to i susjedi ispod Vas ili samo četvrti kat?",
            answer="Na trećem kažu da je isto slabo, prizemlje je dobro.",
            chases="I dalje samo kaplje. Zanima me što slijedi.",
            solves="tlak se vratio: ventil u ulici ostao je nakon proljetnih radova napola zatvoren i danas je "
            "otvoren. Jutros u sedam na Vašem smo katu izmjerili 3,4 bara.",
            again="Ovaj je tjedan ujutro opet slabo.",
            thanks="Trajalo je dva tjedna, ali je onda netko stvarno tražio uzrok.",
        ),
    },
)
SCENARIOS = [READING, METER, LEAK, LAMP, PRESSURE]
