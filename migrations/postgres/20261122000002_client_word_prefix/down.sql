DROP INDEX client_words_by_prefix;
