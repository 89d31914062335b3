-- What was expunged or removed stays for a while and can be brought back, with the flags it had.
ALTER TABLE membership ADD COLUMN low INTEGER;
ALTER TABLE membership ADD COLUMN high INTEGER;
CREATE INDEX ended_membership ON membership (id >> 32, ordinal) WHERE ended IS NOT NULL;

-- Everything that ended by changes up to here has been purged.
ALTER TABLE account ADD COLUMN purged_to INTEGER NOT NULL DEFAULT 0;

-- The account's row, to be put back as it was. No modseq: removed before this was kept.
ALTER TABLE removed_account ADD COLUMN modseq INTEGER;
ALTER TABLE removed_account ADD COLUMN next_ordinal INTEGER;
ALTER TABLE removed_account ADD COLUMN last_uid_validity INTEGER;
ALTER TABLE removed_account ADD COLUMN bytes INTEGER;
ALTER TABLE removed_account ADD COLUMN messages INTEGER;
ALTER TABLE removed_account ADD COLUMN most_bytes INTEGER;
ALTER TABLE removed_account ADD COLUMN most_messages INTEGER;
ALTER TABLE removed_account ADD COLUMN purged_to INTEGER;
