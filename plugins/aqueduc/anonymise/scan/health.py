"""Words of health: what is said of somebody (asthmatique, sous insuline), and what only names an illness.

The second kind is as often the subject of a grant, a campaign or a table of counts; it is somebody's where a
name, a title, an age or the header says so. Health is special data (GDPR, article 9).
"""

from aqueduc.anonymise.scan.patterns import WORD_AFTER, WORD_BEFORE

_STATES = (
    r"asthmatiques?|diab[ée]tiques?|[ée]pileptiques?|h[ée]mophiles?|schizophr[èe]nes?|bipolaires?|autistes?"
    r"|d[ée]pressi(?:f|ve)s?|s[ée]ropositi(?:f|ve)s?|alcooliques?|toxicomanes?|anorexiques?|boulimiques?"
    r"|insulino[- ]?d[ée]pendante?s?|(?:para|t[ée]tra|h[ée]mi)pl[ée]giques?|trisomiques?|mal[- ]?voyante?s?"
    r"|non[- ]?voyante?s?|mal[- ]?entendante?s?|sourde?s?|aphasiques?|amput[ée]e?s?|paralys[ée]e?s?"
    r"|handicap[ée]e?s?|cardiaques?|hypertendue?s?|ob[èe]ses?|dr[ée]panocytaires?|allergiques?|dyslexiques?"
    r"|dysphasiques?|dyspraxiques?|grabataires?|d[ée]mente?s?|immunod[ée]prim[ée]e?s?|suicidaires?"
    r"|c(?:oe|œ)liaques?|ana?phylactiques?|multir[ée]sistante?s?|polyhandicap[ée]e?s?|incontinente?s?"
    r"|insomniaques?|phobiques?|toxico|malade du c(?:oe|œ)ur|sous (?:curatelle|tutelle|mandat de protection)"
    r"|sevrage(?: [a-z]+)?|en soins palliatifs|sond[ée]e par|trach[ée]otomis[ée]e?"
    r"|hospitalisation [àa] domicile"
    r"|contre-indication m[ée]dicale|certificat m[ée]dical|non vaccin[ée]e?"
)
_SAID_OF = (
    r"(?:femme|est|était|salari[ée]e|agente?|mère|dame|employ[ée]e) enceinte"
    r"|enceinte (?:de|d')? ?(?:[0-9]|un|deux|trois|quatre|cinq|six|sept|huit|jumeaux)|enceinte (?:depuis"
    r"|jusqu)"
    r"|sous (?:insuline|traitement|oxyg[èe]ne|antid[ée]presseurs?|chimio(?:th[ée]rapie)?|dialyse|m[ée]thadone"
    r"|morphine|ventoline|anticoagulants?|cortico[ïi]des|neuroleptiques?|lithium|ritaline"
    r"|assistance respiratoire)"
    r"|souffr(?:e|ait|ant|ent|ante) (?:d[eu]s? |d')|(?:atteinte?|porteu(?:r|se)|d[ée]c[ée]d[ée]e?"
    r"|op[ée]r[ée]e?"
    r"|soign[ée]e?|trait[ée]e?|suivie?|hospitalis[ée]e?) (?:d[eu]s? |d'|en |pour )(?:une? |la |le "
    r"|l')?{illness}"
    r"|hospitalis[ée]e?s?|intern[ée]e? en psychiatrie|suivie? (?:en psychiatrie|par (?:un|une|le|son"
    r"|sa) psy[a-z]*)"
    r"|(?:se d[ée]place|est|vit|circule) en fauteuil|perte d'autonomie|troubles? (?:psych|cogniti"
    r"|du comportement"
    r"|alimentaire|anxieux|bipolaire|de l'attention|autisti|d[ée]pressi|dys)[a-zé]*"
    r"|tentative de suicide|t\.s\. m[ée]dicamenteuse|dialys[ée]e?s?|transplant[ée]e?|greff[ée]e? d"
    r"|appareill[ée]e?"
    r"|(?:personne|enfant|adulte|agente?|salari[ée]e?|[ée]l[èe]ve|usag[èe]re?) (?:en situation de handicap)"
)
_STATUS = (
    r"rqth|aah|aeeh|ald ?(?:[0-9]{1,2}|exon[ée]rante|liste)|ald|gir ?[1-6]|invalidit[ée] (?:cat|de"
    r"|[0-9])[a-zé. ]*[0-9]?"
    r"|(?:taux d'|taux )?incapacit[ée](?: permanente)? ?:? ?[0-9]{2,3} ?%?|(?:pension|carte) d'invalidit[ée]"
    r"|invalidit[ée] ?:? ?[0-9]{2,3} ?%|invalide(?: [aà] [0-9]+ ?%)?|notification mdph|dossier mdph"
    r"|reconnue? (?:mdph"
    r"|travailleu(?:r|se) handicap[ée]e?)|travailleu(?:r|se) handicap[ée]e?|(?:arr[êe]t|cong[ée]) (?:de )?"
    r"(?:longue )?maladie|cong[ée] (?:de )?longue dur[ée]e|arr[êe]t de travail|accident (?:du|de) travail"
    r"|cong[ée] (?:de )?maternit[ée]|grossesse (?:pathologique|[aà] risque|g[ée]mellaire|en cours|de [0-9])"
    r"|mi-temps th[ée]rapeutique|inapt(?:e|itude)(?: (?:d[ée]finitive?|temporaire|m[ée]dicale?|au))?"
    r"|burn[- ]?out"
    r"|(?:a|suit|avec|sous|b[ée]n[ée]ficie d'|pour) (?:un )?pai\b|pai (?:allergie|asthme|diab[èe]te"
    r"|alimentaire|en cours)"
)
ILLNESS = (
    r"diab[èe]te(?: de type [12]| type [12]| gestationnel)?|asthme|[ée]pilepsie"
    r"|cancers?(?: d[eu]s? [a-zéèûô]+)?"
    r"|leuc[ée]mie|(?:maladie d')?alzheimer|(?:maladie de )?parkinson|scl[ée]rose en plaques|sep\b"
    r"|d[ée]pression(?: [a-z]+)?"
    r"|schizophr[ée]nie|autisme|trisomie(?: 21)?|tdah?|tsa\b|dyslexie|dyspraxie|allergies?(?: [aà] ?(?:la|l'"
    r"|aux?)? ?[a-zœé]+"
    r"| [a-zéè]+)?|intol[ée]rance (?:au|à)[a-zé ]+|hypertension(?: art[ée]rielle)?|hta|(?:insuffisance"
    r"|trouble) (?:r[ée]nale?"
    r"|cardiaque|respiratoire|h[ée]patique|visuel|auditif)|avc|infarctus(?: du myocarde)?"
    r"|h[ée]patite ?[a-e]?|tuberculose"
    r"|covid(?:[- ]19)?(?: long)?|sida|vih|hiv|mucoviscidose|dr[ée]panocytose|fibromyalgie|endom[ée]triose"
    r"|lupus"
    r"|polyarthrite(?: rhumato[ïi]de)?|arthrose|bpco|ob[ée]sit[ée](?: morbide)?|anorexie|boulimie|alcoolisme"
    r"|addictions?(?: [a-zàé']+)*|toxicomanie|surdit[ée]|c[ée]cit[ée]|handicap (?:moteur|mental|visuel"
    r"|auditif|psychique"
    r"|cognitif|sensoriel|lourd|l[ée]ger)|d[ée]ficience (?:visuelle|auditive|intellectuelle|motrice)"
    r"|maladie de [a-z]+"
    r"|cardiopathie|pacemaker|chimioth[ée]rapie|radioth[ée]rapie|dialyse"
    r"|tumeur(?: [a-z]+)?|m[ée]lanome|lymphome|ecz[ée]ma|lombalgie|hernie discale"
    r"|canal carpien"
    r"|tendinite|glaucome|cataracte|psoriasis|migraines?|thyro[ïi]de|hypothyro[ïi]die|maladie (?:cardiaque"
    r"|chronique"
    r"|orpheline|rare|respiratoire|professionnelle|c(?:oe|œ)liaque)|grossesse|fausse couche|ivg"
    r"|troubles? (?:du sommeil"
    r"|bipolaires?|anxieux|psychiques?|musculo-squelettiques?|dys)|syndrome (?:de|d')[a-z]+|rhumatismes?"
    r"|angine"
    r"|insuffisant (?:r[ée]nal|cardiaque|respiratoire)|paludisme|b[ée]quilles|fauteuil roulant|stomie"
    r"|prothèse [a-z]+"
    r"|embolie pulmonaire|phl[ée]bite|c[ée]phal[ée]es|covid|choc anaphylactique"
    r"|crises? d'[ée]pilepsie"
)
# What one is allergic to, takes or is vaccinated against: of a dish, a shelf or a campaign as well, and of
# somebody beside a name or an age.
SUBSTANCES = (
    r"arachides?|gluten|lactose|fruits? [àa] coque|moutarde|s[ée]same|crustac[ée]s?|soja|lupin|c[ée]leri"
    r"|sulfites"
    r"|(?:sans )?porc|insuline|ventoline|antid[ée]presseurs?|neuroleptiques?|parac[ée]tamol|doliprane"
    r"|ritaline"
    r"|levothyrox|corto[a-z]+|anticoagulants?|m[ée]thadone|[ée]pip[ea]n|anapen|amoxicilline|metformine|tercian"
    r"|dtp|bcg|ror|vaccin(?:[ée]e?s?|s| [a-z]+)?"
)
# Of the public, a place, a campaign or a count: nobody in particular.
PUBLIC = (
    r"rappels?|recommand[a-zé]*|gratuite?s?|associations?|places?|stationnement|acc[èe]s|accessib[a-zé]+|pmr|[ée]tablissements?|centres?"
    r"|h[ôo]pital|aides?|lutte"
    r"|pr[ée]vention|campagnes?|semaine|journ[ée]es?|d[ée]pistages?|nombre|subventions?|plan|ateliers?|forum"
    r"|conf[ée]rences?|octobre rose|recherche|fondation|ligue|f[ée]d[ée]ration|maison|sensibilisation"
    r"|vaccinations?"
    r"|personnes|population|(?:plus|moins) de [0-9]+ ans|ans et (?:plus|moins)|taux d(?:e|'[a-zé]+)|parts? de"
    r"|proportion|effectifs?|carte"
    r"|convention"
    r"|formation|parents d'enfants|aidants?|hospitalisations|s[ée]jours hospitaliers|foyers?|services?"
    r"|consultations?|sport|parcours|toilettes?|rampe|ascenseur|emplacements?"
    r"|march[ée]"
    r"|[ée]coles?|plateforme|dispositif|espace|spectacle|film|livre|guide|soutien"
    # Counts of a territory.
    r"|pr[ée]valence|incidence|mortalit[ée]|morbidit[ée]|[ée]pid[ée]mi[a-z]*|indicateurs?|standardis[ée]e?"
    # Of the air.
    r"|risques? (?:allergique|pollinique)s?"
    # What a building has for its public.
    r"|bandes? (?:de|d'|podo)[a-z]*|guidage|boucles? (?:magn|d'ind)[a-zé]*|braille|signal[ée]tique"
    r"|sonoris[a-zé]+|lsf"
    # A shelf: boxes, lots.
    r"|bo[îi]tes?|bte|flacons?|lots? (?:n° ?)?[0-9a-z]+|p[ée]remption|p[ée]rim[a-zé]+|stocks?"
)
# Of an audience: 3-6 ans, dès 8 ans, les 12/17 ans.
AUDIENCE = (
    r"(?:[0-9]{1,2} ?(?:-|/|à|a) ?[0-9]{1,2} ans|d[èe]s (?:l'âge de )?[0-9]{1,2} (?:ans|mois)|tout public"
    r"|(?:à partir|jusqu'[àa]) (?:de )?[0-9]{1,2} ans|[0-9]{1,2} ans et (?:plus|moins|\+))"
)
AGE = r"(?:[1-9]|[1-9][0-9]|1[01][0-9]) ?ans?|[1-9][0-9]? mois|[âa]g[ée]e?s? de|[1-9][0-9]? ?(?:y\.?o\.?|a\b)"

STATE = f"{WORD_BEFORE}(?i:{_STATES}|{_SAID_OF.replace('{illness}', f'(?:{ILLNESS})')}|{_STATUS}){WORD_AFTER}"
ILL = f"{WORD_BEFORE}(?i:{ILLNESS}){WORD_AFTER}"
SUBSTANCE = f"{WORD_BEFORE}(?i:{SUBSTANCES}){WORD_AFTER}"
# Of a diagnosis, a letter and two digits, most often with a point (ICD-10, WHO).
DIAGNOSIS = r"[A-TV-Z][0-9]{2}(?:\.[0-9]{1,2}|[0-9])?(?: ?[+*])?"
DIAGNOSIS_DETAILED = r"[A-TV-Z][0-9]{2}\.[0-9]{1,2}(?: ?[+*])?"
PUBLIC_WORD = f"{WORD_BEFORE}(?i:{PUBLIC}|{AUDIENCE}){WORD_AFTER}"
AGED = f"{WORD_BEFORE}(?i:{AGE})($|[^0-9a-z])"
