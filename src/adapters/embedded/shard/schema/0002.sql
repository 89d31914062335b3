-- What the account holds, and may hold: RFC 9208's STORAGE and MESSAGE, in bytes and messages. No limit: NULL.
ALTER TABLE account ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN messages INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN most_bytes INTEGER;
ALTER TABLE account ADD COLUMN most_messages INTEGER;
UPDATE account SET (bytes, messages) = (
  SELECT coalesce(sum(mailbox.bytes), 0), coalesce(sum(exists_count), 0) FROM mailbox
  WHERE mailbox.account = account.id AND removed IS NULL
);
