"""The words the scan knows, in lower case without accents: the patterns are tolerant to both.

Given names: the commonest in France (INSEE's public list of given names is where their rank can be checked),
with those of its main immigrations. Surnames: the commonest only, as supporting evidence. No list of persons.
"""


def split_unique_words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.split()))


GIVEN = split_unique_words("""
aaron abdallah abdel abdelkader abdellah abderrahmane abdou abdoulaye abel abigail achille ada adam adama
adel adele adelaide adeline adem adil adlene adrian adriana adrien adrienne agathe agnes agostino ahmed
aicha aida aime aimee aina ainhoa alain alan alban albane albert alberte alberto alek alessandro alessio
alex alexander alexandra alexandre alexia alexis alfred ali alia alice alicia alida alina aline alix alizee
allan alma alois alphonse alya alyssa amadou amaia amal amandine amar amaury amel amelia amelie amina
aminata amine amir amira amos amy ana anais anas anastasia anatole andre andrea andreas andree andrei andrew
andy anissa anita ann anna annabelle anne annette annick annie anouchka anouk anthony antoine antoinette
antonella antonia antonin antonio antony anwar apolline apollinaire aram archibald ariane arianne ariel
aristide arlette armand armande armelle armen arnaud arnold arsene arthur artur arwen asma assia astrid
athenais aubin aude audrey auguste augustin augustine aurele aurelia aurelie aurelien aya ayden aylin ayman
aymen aymeric ayoub aziz azzedine baptiste baptistine barbara barnabe barthelemy bartosz basile bastien
beatrice beatrix ben benedicte benjamin benoit berenice bernadette bernard bernardo berthe bertrand betty
bianca bilal bilel blaise bogdan boris boubacar brahim brandon brice brieuc brigitte bruna bruno bryan
caitlin calixte camelia camille camillo candice capucine carine carl carla carlo carlos carmen carole
caroline cassandra cassandre catarina caterina catherine catia cecile cecilia cedric celeste celestin
celestine celia celian celine cesar chahinez chantal charlene charles charlie charline charlotte cheikh
chloe chris christa christel christelle christian christiane christine christophe christopher ciara claire
clara clarence clarisse claude claudette claudia claudie claudine claudio claudius clea clelia clemence
clement clementine cleo clotaire clothilde clotilde clovis coline colette colin come constance constantin
cora coralie corentin corinne cornelia cosette cosima cristiano cristina cynthia cyprien cyril cyrille cyrus
dalila damien damienne dan dana daniel daniela daniele danielle danny dany daouda daphne daria dario david
davide deborah delia delphine denis denise denys desire desiree diana diane didier diego dimitri dina diogo
djamel djamila djibril dolores domenico dominique domitille donatien donia dora doriane dorian doris
dorothee dounia dylan eddy edgar edgard edith edmond edmonde edouard eduardo edwige eglantine eleana eleanor
eleonore elena elia elian eliana eliane elias elie elif eliette eline elio eliot eliott elisa elisabeth
elise elisee elizabeth ella elliot elodie eloi eloise elora elsa elvira elvire elyna elyne elyse emeline
emeric emerick emile emilia emilie emilien emilienne emilio emma emmanuel emmanuelle emmie emmy emre
enguerrand enrico enzo eric erica erik erika ernest ernestine erwan erwann esma estelle esteban esther ethan
etienne etiennette eugene eugenie eulalie eva evan evangeline evans evelyne eve ewa ewan ewen eymeric ezio
fabian fabien fabienne fabio fabiola fabrice fadila fanny fanta farah farid farida fatiha fatima fatma fatou
fatoumata fausto federico felicia felicie felicien felicite felipe felix ferdinand fernand fernande fernando
fethi filipe filippo fiona firmin flavia flavie flavien flavio florence florent florentin florentine florian
floriane florine fouad fouzia francesca francesco francine francis francisco franck francois francoise frank
frankie fred freddy frederic frederica frederique fulbert gabin gabriel gabriela gabriele gabrielle gael
gaelle gaetan gaetane gaetano garance gaspard gaston gauthier gautier genevieve geoffrey geoffroy george
georges georgette georgina gerald geraldine gerard germain germaine ghislain ghislaine giacomo gianni
gilbert gilberte gilda gilles gina ginette gino giorgio giovanni gisele giulia giuseppe gladys gloria
godefroy gontran gonzague grace gregoire gregory guenole guilaine guilhem guilherme guillaume guillemette
gurvan gustave guy guylaine guylene gwenael gwenaelle gwendal gwendoline gwenn habib habiba hadrien hafida
hafsa hakim hakima halima hamid hamida hamza hana hanae hanane hanna hannah harold harouna harry hasan
hassan hassane hassen hatem hayat hector heidi helena helene helia helmut heloise henri henriette henrique
henry herbert hermance hermine hernan herve hichem hicham hilaire hilda hippolyte hocine honore honorine
horace hortense houda houria hubert hugo hugues huguette ibrahim ibrahima ibtissem idir idriss idrissa
ignace igor ikram ilan ilana ilann ilhan ilian iliana ilona ilyan ilyas ilyes imad imane imen imene imran
ines ingrid irene irina iris irma isaac isabel isabella isabelle isaline isaure isidore isis islem ismael
ismail issa issam isra ivan ivana ivo jacinthe jack jacky jacob jacqueline jacques jacquot jad jade jamal
jamel james jamila jan jana jane janine jason jasmine jaouad jawad jayden jean jeanine jeanne jeannette
jeannine jeannot jed jennifer jenny jeremie jeremy jerome jessica jessie jessy jihane jim jimmy joachim joan
joanna joanne joao joaquim jocelyn jocelyne joel joelle joey johan johann johanna johanne john johnny jonas
jonathan jordan jordane jordi jorge jose joseph josephine josette joshua josiane josselin jossua josue joy
joyce juan judicael judith jules julia julian juliana juliane julie julien julienne juliette julio julius
juste justin justine kadija kadiatou kahina kais kamel kamelia kamila kamil karen karim karima karin karine
karl katarzyna kate katell katharina kathia kathleen katia kays kelly kelya kelyan kenan kenny kenza kenzo
kevin khadija khadidja khaled khalid khalil kilian killian kim kimberley klara klaus klervi koffi kofi
krystel kylian kyllian lahcen laetitia laila lalie lamia lana lara larissa larbi lassana laura laure laureen
lauren laurence laurene laurent laurette lauriane laurie laurine lauryn lazare lea leana leane leandre
leandro leela leila leina lena leana lenny leny leo leon leona leonard leonardo leonce leone leonie leonor
leonore leontine leopold leslie lea leyla leyna lia liam lila lili lilia lilian liliana liliane lilly lilou
lily lina linda line lino lionel lisa lisandro lise lisette lison livia liz lize loan loane loann loic loick
lois lola lolita lorena lorenzo loris lorraine lotfi lou louan louane louca loucas louis louisa louise
louison louka loup lounes lourdes lubin luc luca lucas luce lucette lucia lucian luciana luciano lucie
lucien lucienne lucile lucille lucy ludivine ludmila ludovic luigi luis luisa luka lukas luna lydia lydie
lylia lyna lysandre maddalena madeleine madeline madison mady mae mael maela maele maelie maeline maelle
maelys maelyne maeva magali magalie magda magdalena magdeleine maher mahmoud mai maia maimouna mailys maissa
maite maiwenn maiwen malak malek malick malika malo malorie malvina mamadou mamoudou manel manelle manoel
manolo manon manuel manuela mara marc marceau marcel marcelin marceline marcelle marcello marco marcos
marcus margaret margaux margot margarida marguerite maria mariama mariam mariana marianne mariano marie
mariella marielle marietta mariette marilou marilyn marilyne marin marina marine mario marion marianna
mariya marjolaine marjorie mark marko marlene marlon marouane marta martha marthe martial martin martina
martine marvin mary maryam maryan maryline maryse maryvonne marwa marwan marwane massinissa matei mateo
mateus mathew mathias mathieu mathilda mathilde mathis mathys mathurin matisse mateusz matteo matthew
matthias matthieu matthis maud maude maureen maurice mauricette mauro max maxence maxime maximilien maximin
maya mayeul mayline mayssa mbaye medard medhi mehdi mehmet mei melanie melina meline melinda melissa
melissande melodie melvin melvyn mercedes meriem meryem messaoud mia michael michal michel michele micheline
michelle mickael miguel mihai mike mikael mila milan milena milo mina miranda mireille mirella miriam
modeste mohamed mohammad mohammed mohand moise moktar momar mona monia monica monika monique morad morgan
morgane moriba mouhamed mounia mounir mourad moussa moustapha muriel murielle mustafa mustapha myriam
myrtille nabil nabila nada nadege nadia nadine nadir naelle nahel nahil naim naima naima naomi narcisse
nasser nassim nassima nasr natacha natalia natalie natasha nathael nathalie nathan nathanael nelly nelson
neila nestor neven nick nicolas nicole nicoletta nicoline nikita nikola nikolas nil nils nina nino ninon
nizar noa noah noam noe noel noela noelie noella noelle noemi noemie noham nolan nolann nolhan nolwen
nolwenn nora norah norbert nordine noura noureddine nour nourredine nuno oceane octave octavie odette odile
odilon odin oleg olga olimpia oliver olivia olivier olivia olympe omar ombeline omer ophelie oriane orlane
orlando ornella oscar osman othmane otto oualid ouassim oumar oumou oumayma ousmane owen pablo pacome paloma
pamela paola paolo pascal pascale pascaline patrice patricia patricio patrick patrizia paul paula paule
paulette pauline paulo pavel pedro peggy penelope perceval perle pernelle perrine peter petronille petra
philibert philippa philippe philippine philomene pierre pierrette pierrick pierrot pietro piotr placide
prisca priscilla priscille prosper prune quentin quitterie rabah rabia rachel rachelle rachid rachida radia
rafael rafik raimond raissa ralph rama ramata ramon ramzi rania raoul raphael raphaela raphaelle raquel raul
raymond raymonde rayan rayane rebecca redouane regina reginald regine regis reinaldo remi remy renan renato
renaud rene renee reynald reza ricardo riccardo richard rihanna rim rita rayan robert roberte roberto robin
robinson roch rodolphe rodrigo rodrigue rodolfo roger rokia roland rolande romain romaric romane romeo
romuald romy ronald ronan roque rosa rosalia rosalie rosanna rosario rosaline rose roselyne rosemary rosie
rosine ross roxana roxane roy ruben rudy rui rufin ruth ryad ryan sabah sabine sabri sabrina sacha safia
safiatou safiya said saida salah salem salah salif salim salima salimata salma salome salvador salvatore sam
samantha samba sami samia samir samira sammy samson samuel samy sana sandie sandra sandrine sandro sandy
sanjay santiago santino sara sarah sasha saskia sauveur savannah savinien sean sebastian sebastien sedar
segolene seif selena selene selim selma selena selyan seraphin seraphine serena serge sergio servane seth
severin severine seydou shaina shana shanna shanon sharon shayna sheila shirley siaka sidi sidney sidonie
sidy siegfried sigrid silas silvain silvana silvia silvio simeon simon simona simone sinan sixte sixtine
slimane smail soan sofia sofiane sohan soizic solal solange soledad solene solenn solenne soline solveig
sonia sonny sophia sophie soraya souad soufiane souhila souleymane soumaya souleimane stan stanislas steeve
steeven stefan stefania stefano stella stephan stephane stephanie steven stevens sullivan sulyvan susan
suzanne suzette suzy sven svetlana swann sybille sylvain sylvaine sylvana sylvere sylvestre sylvette sylvia
sylviane sylvie tahar taina tamara tanguy tania tara tarek tarik tatiana tayeb ted tenzin teo teresa tess
tessa thais thea thelma theo theodora theodore theophane theophile theotime therese thibaud thibault thibaut
thiago thierno thierry thiery thomas tiago tibo tidiane tifenn tiffany tilio tim timeo timote timothe
timothee tina tino tiphaine titouan titien tobias tom tomas tommy toni tony toufik toussaint tracy tristan
tugdual tybalt typhaine tyler ugo ulrich ulysse urbain ursula valentin valentina valentine valere valeria
valerian valeriane valerie valery vanessa vasco vera veronique vic vicente victoire victor victoria
victorien victorine viktor vianney vicky vincent vincenza vincenzo viola violaine violette virgile virginia
virginie vital vittoria vivian viviane vivien vivienne vladimir wafa wahib wahiba waleed walid walter wanda
warren wassim wendy werner wesley widad wiem wilfried wilfrid willem william willy wilson winona wissam
xavier xaviere yacine yacouba yael yamina yan yana yanis yann yannick yanice yannis yasmina yasmine yassin
yassine yassir yasser yazid yelena ylan yoan yoann yohan yohann yolaine yolande yoni yorick youcef youness
younes youri yousra youssef youssouf yuna yunus yuri yusuf yvan yves yvette yvon yvonne zachary zacharie
zahia zahra zakaria zakarya zelie zelia zeynep zina zineb ziad zoe zohra zoubida zoulikha zuzanna
""")

# Given names which are first of all something else: they prove nothing alone.
ALSO_WORDS = frozenset(
    split_unique_words("""
ange aime aimee aurore ben blaise blanche capucine celeste charlotte claire clement colin come constance
constant dan desire desiree dolores don eve fanny felicite fleur florence france garance gloria grace honore
iris jade jan jean joy juste line loup luce luna lys marine marin mark martial max may mercedes mina modeste
nada nour noel olympe oscar odin orlando page pascal perle placide prosper prune reine rim roch romane
romain rosa rosario rose roman saint sam sauveur savannah seth soledad solange sidi swann ted tim tom
toussaint ulysse urbain val vera victoire victoria violette vital virginia vienne may mai leone nil lorraine
melodie myrtille isis apolline ariane diane daphne angelique clementine valentine ernest elie said rama ali
ana ada amos lia mia mae max guy luc pole paul alma bianca betty brandon
""")
)

SURNAMES = split_unique_words("""
martin bernard thomas petit robert richard durand dubois moreau laurent simon michel lefebvre leroy roux
david bertrand morel fournier girard bonnet dupont lambert fontaine rousseau vincent muller lefevre faure
andre mercier blanc guerin boyer garnier chevalier francois legrand gauthier garcia perrin robin clement
morin nicolas henry roussel mathieu gautier masson marchand duval denis dumont marie lemaire noel meyer
dufour meunier brun blanchard giraud joly riviere lucas brunet gaillard barbier arnaud martinez gerard roche
renard schmitt roy leroux colin vidal caron picard roger fabre aubert lemoine renaud dumas lacroix olivier
philippe bourgeois pierre benoit rey leclerc payet rolland leclercq guillaume lecomte lopez jean dupuy
guillot hubert berger carpentier sanchez dupuis moulin louis deschamps huet vasseur perez boucher fleury
royer klein jacquet adam paris poirier marty aubry guyot carre charles renault charpentier menard maillard
baron bertin bailly herve schneider fernandez le collet leger bouvier julien prevost millet perrot daniel
cousin germain breton besson langlois remy le-gall pelletier leveque perrier leblanc barre lebrun marchal
weber mallet hamon boulanger jacob monnier michaud rodriguez guichard gillet etienne grondin poulain tessier
chevallier collin chauvin da-silva bouchet gay lemaitre benard marechal humbert reynaud antoine hoarau
perret barthelemy cordier pichon lejeune gilbert lamy delaunay pasquier carlier laporte gonzalez rodrigues
pires pereira ferreira fernandes gomes lopes marques martins oliveira pinto santos silva sousa costa alves
dias ribeiro carvalho teixeira moreira correia mendes nunes soares vieira monteiro cardoso rocha nguyen tran
pham hoang vu dang bui phan huynh traore diallo diop ndiaye fall sow sy ba camara cisse coulibaly diarra
doucoure fofana keita konate kone sidibe sissoko toure sarr gueye faye seck mbaye benali benamar bouzid
brahimi cherif hamdi haddad khelifi mansouri meziane mokhtari saidi slimani zidane zerrouki belkacem
bouchareb amrani alaoui bennani idrissi tazi el-amrani rossi russo ferrari esposito bianchi romano colombo
ricci marino greco bruno gallo conti mancini lombardi moretti barbieri fontana santoro mariani rinaldi
caruso ferrara galli martini leone longo gentile martinelli vitale lombardo serra coppola marchetti parisi
villa conte ferraro fabbri bianco marini grasso valentini messina sala palumbo pellegrini yilmaz kaya demir
celik sahin yildiz ozturk aydin ozdemir arslan kowalski nowak wisniewski kaminski lewandowski zielinski
popescu ionescu petrov ivanov sarkissian petrossian hakobian manoukian garabedian boghossian kevorkian cohen
levy benhamou azoulay amar dahan elbaz abadie achard albert alexandre allard amiot ancel andrieu arnould
asselin astier aubin aubry audibert auger baillet barbe bardin barrault barret barreau barthe bataille
baudry bayle beaumont becker begue bellanger benoist berard bernier berthelot berthier besnard bigot billard
binet blanchet blin blondel bocquet bodin boisson bonhomme bonneau bonnin bordes bouchard boudet bourdon
bourgoin bousquet boutin bouvet brault bresson briand brossard bruneau brunel buisson cadet calvet camus
carpentier castel chabot charbonnier chartier charrier chatelain chauvet clerc coste cornu costa coulon
courtois crepin cros daumas david delage delahaye delattre delmas deschamps descamps devaux didier dore
doucet drouet dubreuil duclos ducrocq dujardin dumoulin duhamel duprat durieux esteve evrard favre fayard
ferrand ferry foucher fouquet fournel gaudin georges gervais gilles godard gosselin goujon grand granger
gras grenier gros gros guerin guibert guillet guillon guillou hardy hebert husson imbert jacques jacquemin
jolivet joubert jourdan jourdain jullien labbe lacombe lacoste lafon lagarde lambert landais langlois
laroche lasserre launay lavigne leblond lebon leconte ledoux lefort legendre legros lelievre lemonnier
lepage lesage letellier levasseur lombard loiseau maillot mangin marion marin maurin merle michelet millot
mouton navarro neveu nicolle normand ollivier pages parent pascal paul payet peltier perron petitjean
philippon picot pineau pons pottier poulet prevot prigent pruvost raynaud raymond regnier renaudin rigaud
riou rossignol rousset roux royer sabatier salmon samson sauvage savary seguin serre simonet tanguy teyssier
thibault tissot torres toussaint turpin valentin vallet vallee verdier vernet viard vigneron villard vincent
voisin wagner walter weiss
""")

# Ways, written out and shortened (La Poste's abbreviations, and usage).
WAYS = split_unique_words("""
rue avenue av ave boulevard boul bd bld blvd bvd allee allees all chemin chem che chm impasse imp place pl
placette route rte cours crs quai square sq traverse trav montee mte residence resid lotissement passage
sentier esplanade faubourg fbg hameau ham villa clos domaine mas rond-point promenade venelle ruelle voie
cite chaussee parvis mail carraire carrefour draille calade cote galerie hlm levee porte
""")

# What bears the names of people without being somebody.
PLACES = split_unique_words("""
rue rues avenue av boulevard bd allee allees chemin impasse place placette route cours quai square traverse
montee residence lotissement passage sentier esplanade faubourg hameau rond-point promenade venelle ruelle
voie cite chaussee parvis pont tunnel viaduc port plage ile mont montagne col parc jardin jardins bois foret
lac etang fontaine ecole ecoles college lycee universite faculte institut campus creche creches maternelle
elementaire primaire groupe gymnase stade piscine complexe salle espace centre maison foyer mediatheque
bibliotheque musee theatre cinema conservatoire auditorium opera chapelle eglise cathedrale basilique temple
mosquee synagogue abbaye monastere couvent cimetiere hopital clinique polyclinique ehpad cabinet pharmacie
dispensaire hotel auberge restaurant cafe bar brasserie boulangerie patisserie boucherie epicerie garage
station gare arret parking aerogare aeroport metro tramway bus mairie hotel-de-ville prefecture tribunal
commissariat gendarmerie caserne office agence bureau service direction departement region commune ville
quartier secteur zone canton metropole communaute syndicat conseil comite commission association club
federation ligue union amicale societe entreprise sarl sas sasu sci eurl sa snc selarl scp ets
etablissements compagnie groupement fondation cooperative mutuelle caisse banque assurance maisons fils
freres residences villa villas immeuble batiment bat tour chateau bastide mas domaine clos statue buste
gisant medaillon effigie
monument memorial stele tombe tombeau fresque tableau portrait prix trophee festival fete foire marche
tournoi championnat course coupe exposition expo hommage concert spectacle oeuvre film livre roman piece
biographie rose rosier sainte general marechal amiral colonel capitaine abbe pape roi reine amis secours
ensemble orchestre choeur chorale danse judo football rugby basket tennis athletic athletique olympique
sporting sportive sportif sport sports loisirs culture culturelle culturel social sociale solidarite jeunes
collectif reseau fonds mission atelier ateliers cie asso domaine coiffure fleurs optique auto transports
travaux energie bloc categorie classe niveau hall terminal type section lot porte aile etage sortie entree
batterie vitamine carrefour giratoire angle scolaire croisement intersection echangeur passerelle laique
""")

# What people do: a cell with one of these is a job, not a name.
JOBS = split_unique_words("""
adjoint adjointe agent agente attache attachee chef cheffe directeur directrice responsable technicien
technicienne ingenieur ingenieure redacteur redactrice conseiller conseillere assistant assistante charge
chargee gestionnaire ouvrier ouvriere mecanicien menuisier electricien plombier peintre macon jardinier
jardiniere comptable secretaire infirmier infirmiere medecin professeur animateur animatrice educateur
educatrice auxiliaire gardien gardienne policier policiere maire prefet prefete president presidente
vice-president ministre depute deputee senateur senatrice delegue deleguee administratif administrative
technique principal principale territorial territoriale municipal municipale
""")

# Words of sentences and labels, which no name holds.
PROSE = split_unique_words("""
les des aux pour sur avec sans dans sous entre est sont une ce cette ces son sa ses leur qui que dont non
oui plus moins tres autre autres divers
""")
