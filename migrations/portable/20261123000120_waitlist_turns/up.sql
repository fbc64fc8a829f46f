-- Offers that ran out since the entry last answered; after some of them it is parked.
ALTER TABLE waitlist_entries ADD COLUMN unanswered INTEGER NOT NULL DEFAULT 0 CHECK (unanswered >= 0);
-- One place at a time is kept for an entry, whoever asks and however often.
CREATE UNIQUE INDEX waitlist_offers_one_open ON waitlist_offers (entry_id) WHERE status = 'open';
