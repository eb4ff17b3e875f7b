/*
 * The faults that the fixture server can answer with: the one table of their names and of what each does. The
 * server, `bakeoff serve --help`, the Lua module, the reference's test and the tests of each fault read it.
 *
 * BKO_SERVER_FAULTS(X) calls X(symbol, name, sentence) for each.
 */
#ifndef BAKEOFF_FAULTS_H
#define BAKEOFF_FAULTS_H

#include "bakeoff/export.h"

#define BKO_SERVER_FAULTS(X)                                                                       \
    X(RESET_BEFORE, "reset_before", "Resets the connection instead of answering.")                 \
    X(RESET_MID, "reset_mid", "Resets the connection after half of the body.")                     \
    X(CLOSE_BEFORE, "close_before", "Closes the connection instead of answering.")                 \
    X(CLOSE_IDLE, "close_idle", "Answers well, then closes the connection without saying so.")     \
    X(STALL_BEFORE, "stall_before", "Never answers.")                                              \
    X(STALL_HEAD, "stall_head", "Falls silent within the headers.")                                \
    X(STALL_BODY, "stall_body", "Falls silent after half of the body.")                            \
    X(DRIP, "drip", "Sends the body byte by byte, 20 bytes a second.")                             \
    X(LENGTH_LONG, "length_long", "Announces twice the length of the body, then closes.")          \
    X(LENGTH_SHORT, "length_short", "Announces half the length of the body.")                      \
    X(LENGTH_NEGATIVE, "length_negative", "Announces a length of -1.")                             \
    X(LENGTH_TWICE, "length_twice", "Announces two different lengths.")                            \
    X(CHUNK_CUT, "chunk_cut", "Closes the connection within a chunk.")                             \
    X(CHUNK_BAD, "chunk_bad", "Sends a chunk whose size is not a number.")                         \
    X(CHUNK_HUGE, "chunk_huge", "Announces a chunk of more than 2^64 bytes.")                      \
    X(GZIP_BAD, "gzip_bad", "Announces gzip and sends something else.")                            \
    X(GZIP_CUT, "gzip_cut", "Sends a gzip body without its end.")                                  \
    X(GZIP_BOMB, "gzip_bomb", "Sends a small gzip body that unpacks to 256 MiB.")                  \
    X(GARBAGE, "garbage", "Answers with something that is not HTTP.")                              \
    X(ENDLESS, "endless", "Sends a body that never ends.")                                         \
    X(HEADER_FLOOD, "header_flood", "Sends 10,000 headers, 1 MB in all.")                          \
    X(HEADER_HUGE, "header_huge", "Sends a header of 10 MB in one line.")                          \
    X(REDIRECT_LOOP, "redirect_loop", "Redirects to an address that redirects to itself.")         \
    X(REDIRECT_FILE, "redirect_file", "Redirects to a file: URL.")                                 \
    X(REDIRECT_FTP, "redirect_ftp", "Redirects to an ftp: URL.")                                   \
    X(REDIRECT_GOPHER, "redirect_gopher", "Redirects to a gopher: URL.")                           \
    X(STATUS_404, "status_404", "Answers with status 404.")                                        \
    X(STATUS_429, "status_429", "Answers with status 429 and Retry-After: 1.")                     \
    X(STATUS_503, "status_503", "Answers with status 503.")                                        \
    X(STATUS_999, "status_999", "Answers with status 999, which doesn't exist.")                   \
    X(EARLY_413, "early_413", "Answers with status 413 before it has read the request's body.")

#define BKO__FAULT_SYMBOL(symbol, name, sentence) BKO_FAULT_##symbol,
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

#endif
