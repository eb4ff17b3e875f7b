/* Names and sentences of the error codes. */
#include "bakeoff/error.h"

#include <stddef.h>

static const struct {
    const char *name;
    const char *text;
} errors[] = {
    {"ok", "no error"},
    {"invalid", "an argument is out of range"},
    {"memory", "out of memory"},
    {"system", "a system call failed"},
    {"closed", "used after it was closed"},
    {"timeout", "the time limit was exceeded"},
    {"scheme", "only http and https URLs are fetched"},
    {"connect", "cannot connect to the server"},
    {"transfer", "the transfer failed"},
    {"http", "the server answered with an error status"},
    {"too_large", "the body is larger than its limit"},
    {"task", "the task failed"},
    {"lost", "the worker died while running the job"},
    {"save", "the body could not be saved"},
    {"busy", "not possible in this state"},
    {"protocol", "not a valid bakeoff message"},
    {"gone", "the process does not exist"},
    {"unsupported", "not supported by this system"},
    {"cancelled", "the task was cancelled before it started"},
    {"broken", "the pool is broken"},
    {"deadlock", "a task cannot wait for its own pool: it would wait for itself"},
    {"tls", "no secure connection to the server"},
    {"check", "a check of the answer failed"},
};

static size_t error_index(int code) {
    size_t index = (size_t)(code < 0 ? -code : 0);
    return index < sizeof errors / sizeof errors[0] ? index : 1;
}

const char *bko_error_name(int code) {
    return errors[error_index(code)].name;
}

const char *bko_error_text(int code) {
    return errors[error_index(code)].text;
}
