"""Damage claims: the category in which hard cases are left lying, as the results shall show."""

from config.demo.scenarios.scenario import Scenario, Words

CAR = Scenario(
    "Damage claims",
    "Billing",
    "complaint",
    {
        "en": Words(
            subject="Wheel damaged by a loose manhole cover",
            asks="On Tuesday evening I drove over the manhole cover in {street}; it tipped and broke my rim. Photos "
            "and the bill of the garage over {amount} are attached. Who pays for this?",
            begins="I am sorry that this happened to you. If the cover was loose, we pay. A colleague looks at the "
            "place, and the insurer then confirms the amount.",
            promise="You have our decision about the damage.",
            obstacle="The insurer's expert comes to the city once a week.",
            delay="The insurer's expert did not come this week; your case is first on the list for the next visit.",
            news="our colleague has seen the place: the seat of the cover is worn. Next the insurer confirms the "
            "amount.",
            question="Could you tell us the mileage of the car? The insurer asks for it.",
            answer="84,300 km.",
            chases="It has been weeks. I have paid the garage out of my own pocket.",
            solves="we pay the {amount} in full: the cover was loose and that is our responsibility. The money is on "
            "your account within three working days, and the cover was replaced.",
            again="The money has not arrived.",
            thanks="Fair, and somebody explained the steps to me.",
        ),
        "hr": Words(
            subject="Kotač oštećen na klimavom poklopcu šahta",
            asks="U utorak navečer poklopac u ulici {street} prevrnuo se pod autom i slomio mi felgu. "
            "Fotografije i račun servisa od {amount} su u privitku. Tko to plaća?",
            begins="žao mi je što Vam se to dogodilo. Ako je poklopac bio klimav, plaćamo mi. Kolega pregledava "
            "mjesto, a osiguravatelj potom potvrđuje iznos.",
            promise="Imate našu odluku o šteti.",
            obstacle="Vještak osiguravatelja dolazi u grad jednom na tjedan.",
            delay="Vještak osiguravatelja ovaj tjedan nije došao; Vaš je predmet prvi na popisu za idući dolazak.",
            news="kolega je pregledao mjesto: ležište poklopca je istrošeno. Slijedi potvrda iznosa.",
            question="Možete li nam javiti prijeđene kilometre? Traži ih osiguravatelj.",
            answer="84.300 km.",
            chases="Prošli su tjedni. Servis je plaćen iz mog džepa.",
            solves="plaćamo cijeli iznos od {amount}: poklopac je bio klimav i to je naša odgovornost. Novac je na "
            "Vašem računu u roku od tri radna dana, a poklopac je zamijenjen.",
            again="Novac nije stigao.",
            thanks="Pošteno, i netko mi je objasnio korake.",
        ),
    },
)
CELLAR = Scenario(
    "Damage claims",
    "Billing",
    "complaint",
    {
        "en": Words(
            subject="Cellar flooded after the pipe burst",
            asks="The burst pipe in {street} flooded our cellar, 20 cm of water. The washing machine and two bicycles "
            "are ruined, about {amount}. What do I have to do?",
            begins="I am sorry about your cellar. Please keep everything until the expert has seen it; the drying "
            "machine is free of charge and comes today.",
            promise="You have the amount that we pay.",
            obstacle="The expert wants to see the things dry, which takes about a week.",
            delay="The expert found the walls still wet and measures again.",
            news="the expert has been to your cellar. Next he sends us the list with his amounts.",
            question="Do you still have the bill for the washing machine? A photo will do.",
            answer="I found it, it is from 2023, photo attached.",
            chases="The cellar smells and nobody calls. What is the state of things?",
            solves="we pay {amount} for the washing machine and the bicycles; the list is attached. The transfer "
            "leaves today.",
            again="The list leaves out one of the bicycles.",
            thanks="The drying machine came the same day, that helped most.",
        ),
        "hr": Words(
            subject="Poplavljen podrum nakon puknuća cijevi",
            asks="Nakon puknuća cijevi u ulici {street} u podrumu je 20 cm vode. Stradali su perilica i dva bicikla, "
            "oko {amount}. Što trebam učiniti?",
            begins="žao mi je zbog Vašeg podruma. Molimo da sve sačuvate dok vještak ne pogleda; isušivač je "
            "besplatan i stiže danas.",
            promise="Imate iznos koji plaćamo.",
            obstacle="Vještak stvari želi vidjeti suhe, a to traje oko tjedan dana.",
            delay="Vještak je zatekao još vlažne zidove i mjeri ponovno.",
            news="vještak je bio u Vašem podrumu. Slijedi njegov popis s iznosima.",
            question="Imate li još račun za perilicu? Dovoljna je fotografija.",
            answer="Pronađen je, iz 2023., fotografija je u privitku.",
            chases="Podrum zaudara, a nitko ne zove. Dokle se stiglo?",
            solves="za perilicu i bicikle plaćamo {amount}; popis je u privitku. Doznaka kreće danas.",
            again="Na popisu nedostaje jedan bicikl.",
            thanks="Isušivač je stigao isti dan, to je najviše pomoglo.",
        ),
    },
)
SCENARIOS = [CAR, CELLAR]
