/* Converts the options of the public API to the settings in the shared page. Any thread. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bakeoff/error.h"
#include "server/internal.h"

enum { DEFAULT_SIZE = 2048, LONGEST_S = 3600, FASTEST = 1000000 };
static const uint64_t LARGEST = UINT64_C(1) << 30;
static const double ROUNDING = 1e-9;

static int refuse(char *message, size_t size, const char *reason) {
    if (message != NULL && size > 0) {
        snprintf(message, size, "%s", reason);
    }
    return BKO_EINVAL;
}

/* Also false for NaN. */
static int within(double value, double most) {
    return value >= 0 && value <= most;
}

static const char *objection_to_faults(const double *faults) {
    double sum = 0;
    for (int i = BKO_FAULT_NONE + 1; i < BKO_FAULT_COUNT; i++) {
        if (!within(faults[i], 1)) {
            return "faults: each must be a fraction from 0 to 1";
        }
        sum += faults[i];
    }
    return sum <= 1 + ROUNDING ? NULL : "faults: together they must be at most 1";
}

/* Returns why these options are refused, or NULL. */
static const char *objection(const bko_server_options *o) {
    if (!within(o->latency_s, LONGEST_S)) {
        return "latency: must be from 0 to 3600 seconds";
    }
    if (!within(o->jitter_s, LONGEST_S)) {
        return "jitter: must be from 0 to 3600 seconds";
    }
    if (!within(o->stall_s, LONGEST_S)) {
        return "stall: must be from 0 to 3600 seconds";
    }
    if (!within(o->rate, FASTEST)) {
        return "rate: must be from 0 (no limit) to 1000000 requests per second";
    }
    if (!within(o->errors, 1)) {
        return "errors: must be a fraction from 0 to 1";
    }
    if (objection_to_faults(o->faults) != NULL) {
        return objection_to_faults(o->faults);
    }
    if (o->size_bytes > LARGEST) {
        return "size: must be at most 1 GiB";
    }
    if ((int)o->distribution < BKO_DISTRIBUTION_DEFAULT ||
        o->distribution > BKO_DISTRIBUTION_LOGNORMAL) {
        return "distribution: must be one of bko_server_distribution";
    }
    if ((int)o->body < BKO_BODY_PLAIN || o->body > BKO_BODY_PAGE) {
        return "body: must be one of bko_server_body";
    }
    if (o->distribution == BKO_DISTRIBUTION_FIXED && o->jitter_s > 0) {
        return "jitter: a fixed latency has no jitter; leave out jitter or distribution";
    }
    if (o->distribution == BKO_DISTRIBUTION_LOGNORMAL && o->jitter_s > 0 && o->latency_s == 0) {
        return "latency: a lognormal distribution needs a mean above 0";
    }
    return NULL;
}

static bko_server_distribution distribution_of(const bko_server_options *o) {
    if (o->jitter_s == 0) {
        return BKO_DISTRIBUTION_FIXED;
    }
    return o->distribution == BKO_DISTRIBUTION_DEFAULT ? BKO_DISTRIBUTION_UNIFORM : o->distribution;
}

int bko__server_settings_from(bko__server_settings *out, const bko_server_options *o, char *message,
                              size_t size) {
    const char *reason = objection(o);
    if (reason != NULL) {
        return refuse(message, size, reason);
    }
    *out = (bko__server_settings){
        .layout = BKO__PAGE_LAYOUT,
        .latency_ns = llround(o->latency_s * 1e9),
        .jitter_ns = llround(o->jitter_s * 1e9),
        /* A rate below one request in 31 years is raised to that. */
        .slot_ns = o->rate > 0 ? llround(1e9 / fmax(o->rate, 1e-9)) : 0,
        .stall_ns = llround(o->stall_s * 1e9),
        .stall_after = o->stall_after,
        .seed = o->seed,
        .size_bytes = o->size_bytes > 0 ? o->size_bytes : DEFAULT_SIZE,
        .connections = o->connections,
        .errors = o->errors,
        .distribution = (int32_t)distribution_of(o),
        .body = (int32_t)o->body,
        .port = o->port,
    };
    memcpy(out->faults, o->faults, sizeof out->faults);
    return BKO_OK;
}
