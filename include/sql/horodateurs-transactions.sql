-- Une ligne par paiement. La plaque et la position exacte sont lues pour être déclarées, puis retirées.
SELECT id, horodatage, horodateur, zone, longitude, latitude, plaque, duree_minutes, montant, moyen_paiement
FROM stationnement.transaction
