"""Who is who. Runs in the enclave: names go in, pseudonyms come out."""
