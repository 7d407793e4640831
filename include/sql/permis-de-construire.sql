-- Les permis déposés depuis 2016. Les noms et les adresses sont lus pour être déclarés, puis retirés.
SELECT numero, type_permis, demandeur_nom, demandeur_prenom, demandeur_telephone, demandeur_courriel,
       adresse_demandeur, adresse_terrain, parcelle, date_depot, date_decision, decision, surface_m2,
       logements, trim(quartier) AS quartier
FROM urbanisme.permis
