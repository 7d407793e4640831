-- Le compte des prénoms par année : la requête ne rend que des effectifs, jamais une naissance.
SELECT '13001' AS coll_insee,
       'Aix-en-Provence' AS coll_nom,
       sexe,
       initcap(trim(prenom)) AS prenom,
       count(*) AS nombre,
       extract(year FROM date_naissance)::int AS annee
FROM etat_civil.naissance
WHERE date_naissance < date_trunc('year', now())
GROUP BY sexe, initcap(trim(prenom)), extract(year FROM date_naissance)
