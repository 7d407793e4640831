-- Le compte des actes par trimestre et par quartier : la requête ne rend que des effectifs.
WITH actes AS (
    SELECT 'naissance' AS type_acte, date_naissance AS jour, quartier FROM etat_civil.naissance
    UNION ALL
    SELECT 'mariage', date_mariage, quartier FROM etat_civil.mariage
    UNION ALL
    SELECT 'décès', date_deces, quartier FROM etat_civil.deces
)
SELECT to_char(jour, 'YYYY-"T"Q') AS trimestre, type_acte, trim(quartier) AS quartier, count(*) AS nombre
FROM actes
GROUP BY to_char(jour, 'YYYY-"T"Q'), type_acte, trim(quartier)
