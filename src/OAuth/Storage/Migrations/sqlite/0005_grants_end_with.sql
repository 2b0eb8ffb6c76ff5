-- What a grant ends with, where it does not outlive it: the host's name for a session. NULL: it stands by itself.
ALTER TABLE oauth_grants ADD COLUMN ends_with TEXT;
