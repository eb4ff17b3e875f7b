/*
 * The faults that the fixture server can answer with: the one table of their names and of what each does. The
 * server, `bakeoff serve --help`, the Lua module, the reference's test and the tests of each fault read it.
 *
 * Faults of a connection come before there is a request: the server redirects to an address of its own that
 * has them, so that they can be asked for and drawn like all others.
 *
 * BKO_SERVER_FAULTS(X) calls X(symbol, name, sentence, error, code) for each. `error` and `code` say how it ends
 * for a client of libcurl that follows redirects: the class of error as in bko_error_name, or "done";
 * libcurl's CURLcode, 0 if it found nothing wrong.
 */
#ifndef BAKEOFF_FAULTS_H
#define BAKEOFF_FAULTS_H

#include "bakeoff/export.h"

#define BKO_SERVER_FAULTS(X)                                                                       \
    X(RESET_BEFORE, "reset_before", "Resets the connection instead of answering.", "transfer", 56) \
    X(RESET_MID, "reset_mid", "Resets the connection after half of the body.", "transfer", 56)     \
    X(CLOSE_BEFORE, "close_before", "Closes the connection instead of answering.", "transfer", 52) \
    X(CLOSE_IDLE, "close_idle", "Answers well, then closes the connection without saying so.",     \
      "done", 0)                                                                                   \
    X(STALL_BEFORE, "stall_before", "Never answers.", "timeout", 28)                               \
    X(STALL_HEAD, "stall_head", "Falls silent within the headers.", "timeout", 28)                 \
    X(STALL_BODY, "stall_body", "Falls silent after half of the body.", "timeout", 28)             \
    X(DRIP, "drip", "Sends the body byte by byte, 20 bytes a second.", "timeout", 28)              \
    X(LENGTH_LONG, "length_long", "Announces twice the length of the body, then closes.",          \
      "transfer", 18)                                                                              \
    X(LENGTH_SHORT, "length_short", "Announces half the length of the body.", "done", 0)           \
    X(LENGTH_NEGATIVE, "length_negative", "Announces a length of -1.", "protocol", 8)              \
    X(LENGTH_TWICE, "length_twice", "Announces two different lengths.", "protocol", 23)            \
    X(CHUNK_CUT, "chunk_cut", "Closes the connection within a chunk.", "transfer", 18)             \
    X(CHUNK_BAD, "chunk_bad", "Sends a chunk whose size is not a number.", "protocol", 56)         \
    X(CHUNK_HUGE, "chunk_huge", "Announces a chunk of more than 2^64 bytes.", "protocol", 56)      \
    X(GZIP_BAD, "gzip_bad", "Announces gzip, sends something else; for clients that unpack.",      \
      "protocol", 23)                                                                              \
    X(GZIP_CUT, "gzip_cut", "Sends a gzip body without its end, for clients that unpack.",         \
      "protocol", 0)                                                                               \
    X(GZIP_BOMB, "gzip_bomb", "Sends a small gzip body that unpacks to 256 MiB, if unpacked.",     \
      "too_large", 23)                                                                             \
    X(GARBAGE, "garbage", "Answers with something that is not HTTP.", "protocol", 1)               \
    X(ENDLESS, "endless", "Sends a body that never ends.", "too_large", 23)                        \
    X(HEADER_FLOOD, "header_flood", "Sends 10,000 headers, 1 MB in all.", "protocol", 23)          \
    X(HEADER_HUGE, "header_huge", "Sends a header of 10 MB in one line.", "protocol", 27)          \
    X(REDIRECT_LOOP, "redirect_loop", "Redirects to an address that redirects to itself.",         \
      "transfer", 47)                                                                              \
    X(REDIRECT_FILE, "redirect_file", "Redirects to a file: URL.", "scheme", 1)                    \
    X(REDIRECT_FTP, "redirect_ftp", "Redirects to an ftp: URL.", "scheme", 1)                      \
    X(REDIRECT_GOPHER, "redirect_gopher", "Redirects to a gopher: URL.", "scheme", 1)              \
    X(STATUS_404, "status_404", "Answers with status 404.", "http", 0)                             \
    X(STATUS_429, "status_429", "Answers with status 429 and Retry-After: 1.", "http", 0)          \
    X(STATUS_503, "status_503", "Answers with status 503.", "http", 0)                             \
    X(STATUS_999, "status_999", "Answers with status 999, which doesn't exist.", "http", 0)        \
    X(EARLY_413, "early_413", "Answers with status 413 before it has read the request's body.",    \
      "http", 0)                                                                                   \
    X(CONTINUE_SLOW, "continue_slow", "Sends 100 Continue byte by byte, and never answers.",       \
      "timeout", 28)                                                                               \
    X(CONTINUE_FLOOD, "continue_flood", "Sends 100 Continue again and again, without an end.",     \
      "protocol", 23)                                                                              \
    X(TLS_WRONG_HOST, "tls_wrong_host", "Redirects to https with another host's certificate.",     \
      "tls", 60)                                                                                   \
    X(TLS_EXPIRED, "tls_expired", "Redirects to https with an expired certificate.", "tls", 60)    \
    X(TLS_PLAINTEXT, "tls_plaintext", "Redirects to https where the server doesn't speak TLS.",    \
      "tls", 35)                                                                                   \
    X(TLS_UNASKED, "tls_unasked", "Redirects to http where the server speaks TLS.", "transfer",    \
      52)                                                                                          \
    X(REFUSED, "refused", "Redirects to a port where nothing listens.", "connect", 7)              \
    X(UNRESOLVABLE, "unresolvable", "Redirects to a host name that can't exist.", "connect", 6)    \
    X(BACKLOG_FULL, "backlog_full", "Redirects to a port that accepts no more connections.",       \
      "timeout", 28)

#define BKO__FAULT_SYMBOL(symbol, name, sentence, error, code) BKO_FAULT_##symbol,
/* BKO_FAULT_NONE, BKO_FAULT_RESET_BEFORE, … */
typedef enum {
    BKO_FAULT_NONE,
    BKO_SERVER_FAULTS(BKO__FAULT_SYMBOL) BKO_FAULT_COUNT /* one more than the last fault */
} bko_server_fault;
#undef BKO__FAULT_SYMBOL

/* The name of a fault ("reset_mid") and the sentence about it; NULL for BKO_FAULT_NONE and beyond the
 * last one. Any thread. */
BKO_API const char *bko_server_fault_name(int fault);
BKO_API const char *bko_server_fault_text(int fault);

/* How it ends: "transfer" and 56; NULL and 0 for those without a name. Any thread. */
BKO_API const char *bko_server_fault_class(int fault);
BKO_API int bko_server_fault_curl_code(int fault);

#endif
