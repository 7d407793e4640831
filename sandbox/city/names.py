"""Word lists of the sandbox's city, all written for it.

Two families, kept apart on purpose: what only residents carry (``SURNAMES``, ``HOME_STREETS``) and what the
city may publish (everything else). No surname of a resident is a word of any published list, so that finding
one in a published file can only mean a leak.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple


class Quartier(NamedTuple):
    """A district: its name, its centre (WGS84, degrees), its share of the building permits, of the people."""

    name: str
    latitude: float
    longitude: float
    permits: float
    people: float


def plain(text: str) -> str:
    """Lower-case ASCII form of a text, for comparisons: no accent, single blanks."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").replace("œ", "oe"))
    return re.sub(r"\s+", " ", decomposed.encode("ascii", "ignore").decode()).strip().lower()


def slug(text: str) -> str:
    """Text as it would be written in a host name: ``[a-z0-9-]+``."""
    return re.sub(r"[^a-z0-9]+", "-", plain(text)).strip("-")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines())


# Invented: southern in sound, and no word of the language.
SURNAMES = _words("""
    Barganquet Bargavel Bargestan Bargiassou Bargignan Bargoudoire Bargoulès Bargubelle Bargéziat
    Bessalhon Bessiassou Bessorgue Bessoudoire Bessouvier Bessubelle Bessuscade Besséziat Bessézin
    Blaquanquet Blaquassier Blaquaudel Blaquinard Blaquézin Brignaillet Brignarguet Brignavel Brigniassou
    Brignignan Brignoudoire Brignoulès Brignounet Brignouvier Brignubelle Brussaillet Brussarguet
    Brussaudel Brussavel Brussazol Brussiassou Brussignan Brussiguès Brussoudoire Brussoulès Brussounet
    Brussubelle Brussuscade Brusséziat Cabrestan Cabriassou Cabriguès Cabrinard Cabrorgue Cabroudoire
    Cabroulès Castrazol Castriassou Castrignan Castrinard Castrézin Chabraillet Chabralhon Chabraudel
    Chabravel Chabrazol Chabrestan Chabriassou Chabroudoire Chabrouvier Chabréziat Combrarguet Combrestan
    Combriassou Combroulès Combrounet Combrubelle Combruscade Combréziat Crouzaillet Crouzazol Crouzignan
    Crouzinard Crouzounet Crouzuscade Dauzazol Dauziguès Dauzoulès Dauzuscade Dauzézin Escarmazol
    Escarmiguès Escarmorgue Escarmoudoire Escarméziat Esclapalhon Esclapassier Esclapestan Esclapignan
    Esclapinard Esclaporgue Esclapéziat Fabrarguet Fabrassier Fabrazol Fabrignan Fabroudoire Fabroulès
    Fabrouvier Fabréziat Faugassier Fauginard Faugoulès Faugubelle Fauguscade Garrarguet Garrassier
    Garravel Garrestan Garroudoire Garruscade Gaubaillet Gaubavel Gaubiassou Gauborgue Gauboulès
    Gaubounet Gaubouvier Gaubuscade Gaubéziat Gaubézin Gignaillet Gignalhon Gignanquet Gignaudel
    Gignestan Gigninard Gignorgue Gignubelle Jaussestan Jaussiassou Jaussouvier Lambraudel Lambravel
    Lambrubelle Lauzaillet Lauzanquet Lauzassier Lauzazol Lauziassou Lauziguès Lauzorgue Malvaillet
    Malvaudel Malvazol Malvestan Malvignan Malviguès Malvoudoire Mazenalhon Mazenarguet Mazenassier
    Mazenaudel Mazenestan Mazeniguès Mazenorgue Mazenézin Mourvaillet Mourvalhon Mourvarguet Mourviassou
    Mourvignan Mourvoudoire Mourvoulès Mourvouvier Mourvuscade Mourvéziat Mourvézin Nauzanquet Nauzaudel
    Nauziassou Nauzounet Nauzubelle Nauzézin Oussarguet Oussazol Oussestan Oussignan Oussiguès Oussouvier
    Oussuscade Peyraudel Peyriassou Peyroulès Peyrounet Peyrubelle Peyruscade Peyrézin Pontraillet
    Pontrarguet Pontriguès Pontrinard Pontroulès Pontrounet Pontrouvier Pontrubelle Pontruscade
    Pontréziat Poursaillet Poursiassou Poursignan Poursiguès Poursinard Poursoudoire Quissarguet
    Quissavel Quissazol Quissiassou Quissiguès Quissinard Quissorgue Quissubelle Rasplanquet Rasplaudel
    Rasplavel Rasplestan Raspliassou Raspliguès Rasploudoire Rasploulès Rasplouvier Roublaudel Roublorgue
    Roubloudoire Roubloulès Rouvaillet Rouvavel Rouvestan Rouvoulès Rouvounet Rouvouvier Rouvuscade
    Sarraillet Sarralhon Sarranquet Sarrassier Sarraudel Sarrestan Sarrignan Sarrorgue Sarroudoire
    Sarrouvier Sarréziat Sarrézin Soulaillet Soulavel Soulestan Soulinard Soulorgue Soulounet Soulubelle
    Souléziat Tourvalhon Tourvassier Tourvaudel Tourvavel Tourvazol Tourviguès Tourvinard Tourvoudoire
    Tourvounet Tourvouvier Tourvéziat Trémalhon Trémarguet Trémassier Trémignan Tréminard Trémoudoire
    Vaugarguet Vaugaudel Vaugavel Vaugazol Vaugorgue Verganquet Vergignan Vergiguès Vergorgue Vergoudoire
    Vergoulès Vergubelle Vergézin Vintaillet Vintarguet Vintaudel Vintignan Vintubelle Vintéziat
    Crouzavel-Lambrézin Peyrézin-Tourvazol Gaubavel-Roublorgue D'Escarmazel D'Oussignan L'Esclapière
""")

GIVEN_F = _words("""
    Jade Louise Emma Alice Ambre Lina Rose Chloé Mia Léa Anna Mila Julia Romy Lou Inès Léna Agathe
    Juliette Inaya Nina Zoé Léonie Jeanne Iris Eva Charlie Lola Adèle Victoire Manon Olivia Camille
    Victoria Luna Sofia Margaux Lucie Nour Alba Charlotte Giulia Sarah Alix Margot Clémence Capucine
    Éléna Yasmine Elsa Aya Lya Romane Mya Clara Thaïs Soline Assia Lyna Maria Valentine Héloïse Salomé
    Noémie Olympe Gabrielle Apolline Maya Diane Ava Élise Constance Faustine Roxane Emy Livia Éva-Rose
    Anaïs Célia Maëlys Lilou Mathilde Elena Pauline Marie Astrid Eugénie Mathéa Safia Amira Zélie Garance
    Lise Suzanne Albane Maëlle Aurore Flora Céleste Joséphine Blanche Ella Joy Tess Violette Lily Louna
    Maïssa Kenza Sixtine Colette Madeleine Mireille Magali Estelle Nathalie Sylvie Sandrine Véronique
    Isabelle Catherine Martine Christine Monique Françoise Brigitte Danielle Josette Paulette Simone
    Yvette Ginette Marcelle Odette Renée Denise Claudine Chantal Corinne Valérie Stéphanie Aurélie Émilie
    Élodie Laetitia Virginie Fanny Perrine Bérengère Solenne
""")

GIVEN_M = _words("""
    Gabriel Raphaël Léo Louis Jules Adam Maël Lucas Hugo Noah Liam Arthur Sacha Gabin Isaac Nathan Aaron
    Mohamed Paul Noé Ethan Eden Tom Léon Naël Tiago Théo Marius Nino Victor Ayden Martin Mathis Axel
    Robin Timéo Enzo Marceau Valentin Nolan Éliott Antoine Malo Milo Samuel Augustin Amir Lyam Rayan
    Yanis Ibrahim Gaspard Sohan Clément Mathéo Baptiste Simon Maxence Imran Kaïs Côme Soan Evan Maxime
    Camille Alexandre Owen Ismaël Lenny Pablo Ilyan Thomas Joseph Oscar Elio Noa Malone Diego Noam Livio
    Charlie Charly Basile Milan Ilyes Ali Anas Logan Mathys Alessio William Auguste Ayoub Wassim Adem
    Joachim Youssef Jean Marin Ezio Ernest Antonin Félix Joris Tristan Romain Quentin Loïc Bastien Julien
    Nicolas Sébastien Frédéric Olivier Laurent Philippe Patrick Michel Alain Bernard Gérard Jacques Roger
    Marcel Maurice Georges André Lucien Gaston Honoré Thierry Pascal Christophe Stéphane Jérôme Cédric
    Fabrice Bruno Didier Gilles Serge Yves Guy Henri Raymond Roland Fernand Emmanuel Grégoire Cyprien
    Anselme Elzéar Trophime Mitre Jean-Baptiste Pierre-Louis Anatole Célestin Hippolyte
""")

# Where residents live: no public building of the city stands in these streets.
HOME_STREETS = _lines("""
    chemin de la Calade Vieille
    chemin des Amandiers Blancs
    chemin du Vallon des Grives
    chemin de la Bergerie Haute
    chemin des Restanques
    chemin de la Noria
    chemin du Puits Couvert
    chemin de la Draille Basse
    chemin des Genêts d'Or
    chemin de la Garrigue Rousse
    chemin des Trois Cyprès
    chemin du Cabanon Perdu
    chemin de l'Aire du Blé
    chemin de la Source Froide
    traverse des Figuiers
    traverse du Pigeonnier
    traverse de la Treille
    traverse des Cigales
    traverse du Lavoir Neuf
    traverse de l'Aiguier
    impasse des Micocouliers
    impasse du Moulin à Huile
    impasse des Lauriers-Tins
    impasse de la Magnanerie
    impasse du Four à Chaux
    impasse des Câpriers
    impasse de la Genestière
    impasse des Argelas
    allée des Grenadiers
    allée des Romarins
    allée de la Sarriette
    allée des Cistes
    allée du Thym Citron
    allée des Pistachiers
    allée de la Marjolaine
    allée des Jujubiers
    rue du Lézard Vert
    rue des Hirondelles
    rue de l'Ancienne Glacière
    rue du Petit Béal
    rue des Tisserandes
    rue de la Bugadière
    rue du Santonnier
    rue des Calissonniers
    rue de la Vielleuse
    rue du Rémouleur
    rue des Étameurs
    rue de la Cardeuse
    rue du Galoubet
    rue des Tambourinaires
    montée des Oratoires
    montée du Colombier Rond
    montée de la Citerne
    lotissement Les Pins Penchés
    lotissement Le Clos des Abeilles
    lotissement Les Vignes Hautes
    résidence Les Terrasses du Couchant
    résidence Le Parc aux Tourterelles
    résidence Les Balcons du Levant
    résidence Le Mas aux Lucioles
""")

# Where the city's own things stand: car parks, pay stations, defibrillators, seats of associations.
PUBLIC_STREETS = _lines("""
    cours Mirabeau
    cours Sextius
    cours des Arts et Métiers
    cours Gambetta
    place de l'Hôtel de Ville
    place des Cardeurs
    place de Verdun
    place Richelme
    place des Prêcheurs
    place de la Rotonde
    place Jeanne d'Arc
    place Romée de Villeneuve
    place du Marché
    avenue Victor Hugo
    avenue des Belges
    avenue Henri Pontier
    avenue Pasteur
    avenue de l'Europe
    avenue du Petit Barthélemy
    avenue Jules Ferry
    avenue de la Première Division Blindée
    boulevard du Roi René
    boulevard Carnot
    boulevard Aristide Briand
    boulevard Jean Jaurès
    boulevard de la République
    boulevard François et Émile Zola
    rue Espariat
    rue d'Italie
    rue Mignet
    rue Gaston de Saporta
    rue des Cordeliers
    rue Fernand Dol
    rue Cardinale
    route de Galice
    route des Milles
    route de Vauvenargues
    chemin de la Guiramande
""")

QUARTIERS = (
    Quartier("Centre-ville", 43.5290, 5.4475, 0.030, 0.24),
    Quartier("Jas-de-Bouffan", 43.5255, 5.4190, 0.075, 0.15),
    Quartier("Encagnane", 43.5215, 5.4325, 0.020, 0.13),
    Quartier("Puyricard", 43.5790, 5.4200, 0.250, 0.09),
    Quartier("Les Milles", 43.5030, 5.3820, 0.190, 0.09),
    Quartier("Luynes", 43.4870, 5.4180, 0.160, 0.07),
    Quartier("Val-Saint-André", 43.5170, 5.4690, 0.055, 0.07),
    Quartier("Pont-de-l'Arc", 43.5090, 5.4500, 0.045, 0.05),
    Quartier("La Duranne", 43.4930, 5.3420, 0.040, 0.05),
    Quartier("Célony", 43.5560, 5.4060, 0.100, 0.02),
    Quartier("Saint-Eutrope", 43.5370, 5.4490, 0.020, 0.03),
    Quartier("La Torse", 43.5270, 5.4680, 0.015, 0.01),
)

# Invented: no elected member of any council.
ELECTED = _lines("""
    Anne-Laure Ferrandini
    Bastien Corbières
    Béatrice Olivetti
    Benoît Chastanier
    Carole Montmajour
    Cécile Rambaudon
    Christian Delacoste
    Claire Sauvecanne
    Claude Marignane-Rey
    Danièle Puyloubier
    David Trévaresse
    Dominique Vitrolles
    Édith Beaumettes
    Éric Cadarache
    Fabien Lourmarin
    Florence Gardanne
    Françoise Tholonet
    Gérald Meyrargues
    Geneviève Ventabren
    Guillaume Éguilles
    Hélène Rognes
    Hervé Peynier-Blanc
    Isabelle Simiane
    Jacqueline Bouc
    Jean-Claude Cabriès
    Jean-Marc Rousset-Brun
    Joëlle Jouques
    Karim Benazzouz
    Laurence Vernègues
    Leïla Haddouche
    Lionel Aurons
    Marc Charleval
    Marie-Hélène Mallemort
    Marie-Pierre Sénas
    Mathieu Orgon
    Maud Eyguières
    Mélanie Lamanon
    Michèle Alleins
    Nadia Belkhodja
    Nicole Aureille
    Odile Maussane
    Pascale Mouriès
    Patrice Fontvieille
    Philippe Graveson
    Pierre-Yves Barbentane
    Rachid Oulmane
    Régine Eyragues
    Robert Châteaurenard
    Rose-Marie Noves
    Sabine Cabannes
    Sophie Verquières
    Stéphane Mollégès
    Sylvain Plan-Dorgon
    Thérèse Rognonas
    Vincent Boulbon
""")

SCHOOLS = _lines("""
    école maternelle Les Lauves
    école élémentaire Sallier
    école élémentaire Henri Wallon
    école maternelle La Mareschale
    école élémentaire Jules Payot
    école élémentaire Les Floralies
    école maternelle Joseph d'Arbaud
    école élémentaire Grassi
    école élémentaire Marcel Pagnol
    école maternelle Les Deux Ormes
    école élémentaire Jean Giono
    école maternelle Le Petit Prince
""")

FACILITIES = _lines("""
    Hôtel de Ville
    Mairie annexe de Luynes
    Mairie annexe des Milles
    Mairie annexe de Puyricard
    Mairie annexe de La Duranne
    Bibliothèque Méjanes
    Piscine Yves Blanc
    Piscine plein ciel
    Gymnase du Val de l'Arc
    Complexe sportif Carcassonne
    Stade Georges Carcassonne
    Gymnase Louison Bobet
    Salle du Bois de l'Aune
    Musée Granet
    Pavillon Vendôme
    Conservatoire Darius Milhaud
    Grand Théâtre
    Centre social Jean-Paul Coste
    Maison de la vie associative
    Cimetière Saint-Pierre
    Parc Jourdan
    Parc de la Torse
    Parc Rambot
    Gare routière
    Office de tourisme
""")
