-- La somme des dix rémunérations les plus élevées de chaque année : la requête ne rend aucune ligne nominative.
WITH rang AS (
    SELECT annee, sexe, brut_annuel, mois,
           row_number() OVER (PARTITION BY annee ORDER BY brut_annuel DESC NULLS LAST) AS n
    FROM ressources_humaines.remuneration
)
SELECT '211300017' AS siren,
       'Ville d''Aix-en-Provence' AS denomination_employeur,
       annee,
       sum(brut_annuel) AS somme_10_plus_hautes_remunerations_brutes,
       count(*) FILTER (WHERE sexe = 'F') AS nb_femmes_beneficiaires,
       count(*) FILTER (WHERE sexe = 'M') AS nb_hommes_beneficiaires,
       sum(mois) AS duree_cumulee_mois
FROM rang
WHERE n <= 10
GROUP BY annee
