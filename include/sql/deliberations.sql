-- Les délibérations des séances de l'intervalle, à l'heure de Paris.
SELECT numero, date_seance, matiere_code, matiere_nom, objet, rapporteur, vote_effectif, vote_reel, vote_pour,
       vote_contre, vote_abstention, pref_date, url, redacteur_nom, redacteur_courriel, observations
FROM assemblee.deliberation
WHERE date_seance::timestamp AT TIME ZONE 'Europe/Paris' >= :window_start
  AND date_seance::timestamp AT TIME ZONE 'Europe/Paris' < :window_end
