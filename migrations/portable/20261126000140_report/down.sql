DROP TABLE digest_refusals;
DROP TABLE owner_digests;
