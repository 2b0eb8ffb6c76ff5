-- What waits at the desk, for the operator's counts: the index holds nothing else.
CREATE INDEX applications_waiting ON applications (state) WHERE state IN ('submitted', 'in-proofing', 'proofed', 'pending-decision', 'in-appeal');
