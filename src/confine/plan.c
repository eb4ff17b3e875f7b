/* Reads the command line of programs/confine: see confine/plan.h. */
#include "confine/plan.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const bko__confine_limits USUAL = {.memory = 4ULL << 30,
                                          .file_size = 1ULL << 30,
                                          .disk = 4ULL << 30,
                                          .files = 1000000,
                                          .output = 256ULL << 20,
                                          .processes = 4096,
                                          .connections = 2048,
                                          .patience_s = 30,
                                          .cpu_s = 3600};

static int refuse(char *message, const char *what, const char *value) {
    snprintf(message, BKO__CONFINE_MESSAGE, "%s: %s", what, value);
    return -1;
}

static int add_path(bko__confine_plan *plan, bko__confine_right right, const char *path,
                    char *message) {
    if (path[0] != '/' || plan->path_count == BKO__CONFINE_PATHS) {
        return refuse(message, path[0] != '/' ? "not an absolute path" : "too many paths", path);
    }
    plan->paths[plan->path_count++] = (bko__confine_path){right, path};
    return 0;
}

/* ADDRESS:PORT[:NAME]; the address is in numbers, because names are resolved outside, before. */
static int add_host(bko__confine_plan *plan, char *text, char *message) {
    char *save = NULL;
    const char *address = strtok_r(text, ":", &save);
    const char *port = strtok_r(NULL, ":", &save);
    const char *name = strtok_r(NULL, ":", &save);
    bko__confine_host host = {.name = name != NULL ? name : "", .address.sin_family = AF_INET};
    long number = port != NULL ? strtol(port, NULL, 10) : 0;
    if (address == NULL || number < 1 || number > UINT16_MAX ||
        inet_pton(AF_INET, address, &host.address.sin_addr) != 1) {
        return refuse(message, "not ADDRESS:PORT[:NAME]", text);
    }
    if (plan->host_count == BKO__CONFINE_HOSTS) {
        return refuse(message, "too many hosts", text);
    }
    host.address.sin_port = htons((uint16_t)number);
    plan->hosts[plan->host_count++] = host;
    return 0;
}

/* NAME: as in our own environment, from where others can't read it as they can a command line; NAME=VALUE. */
static int add_variable(bko__confine_plan *plan, const char *text, char *message) {
    const char *value = strchr(text, '=') == NULL ? getenv(text) : NULL;
    if (plan->variable_count == BKO__CONFINE_VARIABLES) {
        return refuse(message, "too many variables", text);
    }
    if (strchr(text, '=') != NULL) {
        plan->environment[plan->variable_count++] = text;
    } else if (value != NULL) {
        size_t size = strlen(text) + strlen(value) + 2;
        char *copy = malloc(size); /* the plan's, until the keeper ends */
        if (copy == NULL) {
            return refuse(message, "out of memory", text);
        }
        snprintf(copy, size, "%s=%s", text, value);
        plan->environment[plan->variable_count++] = copy;
    }
    return 0;
}

/* NAME=NUMBER */
static int set_limit(bko__confine_limits *limits, const char *text, char *message) {
    const struct {
        const char *name;
        uint64_t *value;
    } known[] = {{"memory=", &limits->memory},       {"file_size=", &limits->file_size},
                 {"disk=", &limits->disk},           {"files=", &limits->files},
                 {"output=", &limits->output},       {"spare=", &limits->spare},
                 {"processes=", &limits->processes}, {"connections=", &limits->connections},
                 {"patience=", &limits->patience_s}, {"cpu=", &limits->cpu_s}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t length = strlen(known[i].name);
        if (strncmp(text, known[i].name, length) == 0) {
            *known[i].value = strtoull(text + length, NULL, 10);
            return *known[i].value > 0 ? 0 : refuse(message, "not a limit", text);
        }
    }
    return refuse(message, "not a limit", text);
}

static int read_option(bko__confine_plan *plan, const char *name, char *value, char *message) {
    if (strcmp(name, "--read") == 0) {
        return add_path(plan, BKO__CONFINE_READ, value, message);
    }
    if (strcmp(name, "--run") == 0) {
        return add_path(plan, BKO__CONFINE_RUN, value, message);
    }
    if (strcmp(name, "--write") == 0) {
        return add_path(plan, BKO__CONFINE_WRITE, value, message);
    }
    if (strcmp(name, "--host") == 0) {
        return add_host(plan, value, message);
    }
    if (strcmp(name, "--env") == 0) {
        return add_variable(plan, value, message);
    }
    if (strcmp(name, "--limit") == 0) {
        return set_limit(&plan->limits, value, message);
    }
    if (strcmp(name, "--cwd") == 0) {
        plan->cwd = value;
        return 0;
    }
    return refuse(message, "unknown option", name);
}

int bko__confine_plan_read(bko__confine_plan *plan, int argc, char **argv, char *message) {
    *plan = (bko__confine_plan){.limits = USUAL};
    int i = 1;
    while (i < argc && strcmp(argv[i], "--") != 0) {
        if (strcmp(argv[i], "--probe") == 0) {
            plan->probe = 1;
            i++;
            continue;
        }
        if (i + 1 >= argc) {
            return refuse(message, "an option without a value", argv[i]);
        }
        if (read_option(plan, argv[i], argv[i + 1], message) != 0) {
            return -1;
        }
        i += 2;
    }
    plan->argv = i < argc ? argv + i + 1 : argv + argc;
    if (!plan->probe && (plan->argv[0] == NULL || plan->argv[0][0] != '/')) {
        return refuse(message, "no program", "write -- /PATH ARGUMENTS at the end");
    }
    return plan->probe ? 0 : add_path(plan, BKO__CONFINE_RUN, plan->argv[0], message);
}

static int by_length(const void *a, const void *b) {
    size_t left = strlen(((const bko__confine_path *)a)->path);
    size_t right = strlen(((const bko__confine_path *)b)->path);
    return (left > right) - (left < right);
}

void bko__confine_plan_sort(bko__confine_plan *plan) {
    qsort(plan->paths, plan->path_count, sizeof plan->paths[0], by_length);
}
