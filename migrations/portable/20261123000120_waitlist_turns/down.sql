DROP INDEX waitlist_offers_one_open;
ALTER TABLE waitlist_entries DROP COLUMN unanswered;
