-- Prefixes are searched by LIKE, which an index in a language's sort order cannot serve.
CREATE INDEX client_words_by_prefix ON client_words (word text_pattern_ops, client_id);
