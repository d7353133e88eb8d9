-- One row per rule evaluated on the content that is about to be released.
-- Inputs: meta.evidence; release_hashes (current content hash of every table).
SELECT e.*
FROM meta.evidence AS e
JOIN release_hashes AS h USING (table_name, content_hash)
