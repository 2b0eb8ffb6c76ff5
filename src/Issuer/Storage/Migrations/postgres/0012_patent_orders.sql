-- What an order about a patent says beside its kind (the norm that is cited, the claims as amended), as ciphertext under the person's key.
ALTER TABLE card_orders ADD COLUMN content bytea;
