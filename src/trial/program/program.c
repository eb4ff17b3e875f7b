/* A program's options and results; see bakeoff/program.h. */
#include "trial/program/program.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/process.h"
#include "trial/shared/terminal.h"

extern char **environ;

/* --- copying the options into one block: first the pointers, then the strings ------------------- */

static size_t count_of(const char *const *list) {
    size_t count = 0;
    while (list != NULL && list[count] != NULL) {
        count++;
    }
    return count;
}

static size_t size_of_text(const char *text) {
    return text != NULL ? strlen(text) + 1 : 0;
}

static size_t size_of_list(const char *const *list) {
    size_t size = 0;
    for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
        size += size_of_text(list[i]);
    }
    return size;
}

static char *copy_text(char **at, const char *text) {
    if (text == NULL) {
        return NULL;
    }
    char *copy = memcpy(*at, text, strlen(text) + 1);
    *at += strlen(text) + 1;
    return copy;
}

static char **copy_list(char ***slots, char **at, const char *const *list) {
    if (list == NULL) {
        return NULL;
    }
    char **copy = *slots;
    for (size_t i = 0; list[i] != NULL; i++) {
        *(*slots)++ = copy_text(at, list[i]);
    }
    *(*slots)++ = NULL;
    return copy;
}

static int copy_options(bko_program *program, const bko_program_options *options) {
    size_t pointers = count_of(options->argv) + count_of(options->environment) + 2;
    size_t codes = options->ok_codes != NULL ? options->ok_count : 1;
    size_t text = size_of_list(options->argv) + size_of_list(options->environment) +
                  size_of_text(options->cwd) + size_of_text(options->input) +
                  size_of_text(options->output);
    program->text = calloc(1, pointers * sizeof(char *) + codes * sizeof(int) + text);
    if (program->text == NULL) {
        return BKO_ENOMEM;
    }
    char **slots = program->text;
    program->ok_codes = (int *)(slots + pointers);
    program->ok_count = codes;
    program->counts = options->counts;
    char *at = (char *)(program->ok_codes + codes);
    if (options->ok_codes != NULL) {
        memcpy(program->ok_codes, options->ok_codes, codes * sizeof(int));
    }
    program->argv = copy_list(&slots, &at, options->argv);
    program->environment = copy_list(&slots, &at, options->environment);
    program->streams = options->streams;
    program->cwd = copy_text(&at, options->cwd);
    program->input = copy_text(&at, options->input);
    program->output = copy_text(&at, options->output);
    return BKO_OK;
}

int bko_program_create(bko_program **out, const bko_program_options *options) {
    *out = NULL;
    if (options->argv == NULL || options->argv[0] == NULL) {
        return BKO_EINVAL;
    }
    bko_program *program = calloc(1, sizeof *program);
    if (program == NULL) {
        return BKO_ENOMEM;
    }
    program->result = calloc(1, sizeof *program->result);
    int err = program->result != NULL ? copy_options(program, options) : BKO_ENOMEM;
    if (err != BKO_OK) {
        bko_program_free(program);
        return err;
    }
    *out = program;
    return BKO_OK;
}

void bko_program_free(bko_program *program) {
    if (program == NULL) {
        return;
    }
    free(program->result);
    free(program->text);
    free(program);
}

/* --- what is known of it ------------------------------------------------------------------------- */

const bko_program_result *bko_program_result_of(const bko_program *program) {
    return program->result;
}

int bko_program_is_ok(const bko_program *program) {
    const bko_program_result *result = program->result;
    if (result->state != BKO_PROGRAM_ENDED || result->signal != 0 || result->stopped != 0) {
        return 0;
    }
    for (size_t i = 0; i < program->ok_count; i++) {
        if (program->ok_codes[i] == result->code) {
            return 1;
        }
    }
    return 0;
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static void describe_stop(const char *name, int signal, char *out, size_t size) {
    if (bko__terminal_stops_with(signal)) {
        snprintf(
            out, size,
            "%s was stopped: it tried to use the terminal, and bakeoff runs in the background; "
            "use --input FILE or < /dev/null",
            name);
    } else {
        snprintf(
            out, size,
            "%s was stopped by signal %d (%s), and no process of the trial was left to continue "
            "it",
            name, signal, strsignal(signal));
    }
}

void bko_program_describe(const bko_program *program, char *out, size_t size) {
    static const char *const others[] = {"was not started", "", "did not end"};
    const bko_program_result *result = program->result;
    const char *name = base_name(program->argv[0]);
    if (result->state == BKO_PROGRAM_FAILED) {
        snprintf(out, size, "%s", result->problem);
    } else if (result->state != BKO_PROGRAM_ENDED) {
        snprintf(out, size, "%s %s", name, others[result->state]);
    } else if (result->stopped != 0) {
        describe_stop(name, result->stopped, out, size);
    } else if (result->signal != 0) {
        snprintf(out, size, "%s was killed by signal %d (%s)", name, result->signal,
                 strsignal(result->signal));
    } else {
        snprintf(out, size, "%s exited with code %d", name, result->code);
    }
}

int bko__program_fail(bko_program *program, int error, const char *format, ...) {
    bko_program_result *result = program->result;
    va_list arguments;
    va_start(arguments, format);
    /* clang-tidy 14 misses va_start when it is given several files. */
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized)
    vsnprintf(result->problem, sizeof result->problem, format, arguments);
    va_end(arguments);
    result->error = error;
    result->state = BKO_PROGRAM_FAILED;
    errno = error;
    return BKO_ESYS;
}

const char *bko__program_path(const bko_program *program) {
    char **list = program->environment != NULL ? program->environment : environ;
    for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
        if (strncmp(list[i], "PATH=", 5) == 0) {
            return list[i] + 5;
        }
    }
    return NULL;
}
