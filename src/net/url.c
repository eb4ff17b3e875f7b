/* Checking, redacting and naming URLs: text only, no network. */
#include "net/url.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "bakeoff/error.h"
#include "bakeoff/fetch.h"
#include "net/secret.h"

enum { NAME_MAX_BYTES = 120, EXTENSION_MAX = 8 };

/* Length of "user:password@" at the start of an authority; 0 if there is none. In running text it
 * ends at white space but not at a quote, because libcurl accepts quotes in a password. Hiding too
 * much is harmless. */
static size_t credentials(const char *authority) {
    const char *at = memrchr(authority, '@', strcspn(authority, "/?# \t\r\n"));
    return at != NULL ? (size_t)(at - authority) + 1 : 0;
}

/* Length of "http://" or "https://" at the start of a URL; 0 if neither is there. */
static size_t scheme(const char *url) {
    if (strncasecmp(url, "http://", 7) == 0) {
        return 7;
    }
    return strncasecmp(url, "https://", 8) == 0 ? 8 : 0;
}

/* Of a character that no URL may contain. */
static const char *character_fault(char c) {
    switch (c) {
    case ' ':
        return "contains a space; write %20";
    case '\t':
        return "contains a tab; write %09";
    case '\r':
    case '\n':
        return "contains a line break";
    default:
        return "contains a control character";
    }
}

const char *bko__url_fault(const char *url) {
    size_t begin = scheme(url);
    if (begin == 0) {
        return bko_error_text(BKO_ESCHEME);
    }
    const char *at = url;
    while ((unsigned char)*at > ' ' && *at != 0x7f) {
        at++;
    }
    if (*at != '\0') {
        return character_fault(*at);
    }
    const char *host = url + begin + credentials(url + begin);
    return strcspn(host, "/?#:") > 0 ? NULL : "has no host";
}

int bko_url_check(const char *url) {
    if (scheme(url) == 0) {
        return BKO_ESCHEME;
    }
    return bko__url_fault(url) == NULL ? BKO_OK : BKO_EINVAL;
}

static size_t put(char *out, size_t size, size_t at, const char *text, size_t length) {
    for (size_t i = 0; i < length && at + 1 < size; i++) {
        out[at++] = text[i];
    }
    return at;
}

static void redact(const char *text, char *out, size_t size, bool with_parameters) {
    size_t at = 0;
    if (size == 0) {
        return;
    }
    while (*text != '\0') {
        bool is_authority = strncmp(text, "://", 3) == 0;
        size_t hidden = 0;
        size_t shown = is_authority ? 3 : 1;
        if (is_authority) {
            hidden = credentials(text + shown);
        } else if (with_parameters) {
            hidden = bko__secret_parameter(text, &shown);
        }
        at = put(out, size, at, text, shown);
        text += shown + hidden;
        if (hidden > 0) {
            at = put(out, size, at, "***@", is_authority ? 4 : 3);
        }
    }
    out[at] = '\0';
}

void bko_url_redact(const char *text, char *out, size_t size) {
    redact(text, out, size, true);
}

void bko__url_hide_accounts(const char *text, char *out, size_t size) {
    redact(text, out, size, false);
}

/* FNV-1a: spreads well enough to tell file names apart; it protects no secrets. */
static unsigned long long hash(const char *text) {
    unsigned long long value = 14695981039346656037ULL;
    for (; *text != '\0'; text++) {
        value = (value ^ (unsigned char)*text) * 1099511628211ULL;
    }
    return value;
}

/* Not isalnum, because a locale may count more letters. */
static int is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static int is_plain(char c) {
    return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
}

/* Host, path and query without secrets, with '_' in place of every other character. */
static void flatten(const char *given, char *name) {
    char url[4 * NAME_MAX_BYTES];
    bko_url_redact(given, url, sizeof url);
    const char *rest = strstr(url, "://");
    rest = rest != NULL ? rest + 3 : url;
    rest += credentials(rest);
    size_t length = 0;
    for (; *rest != '\0' && length < NAME_MAX_BYTES - 18; rest++) {
        int keep = is_plain(*rest) && !(length == 0 && *rest == '.');
        name[length] = (char)(keep ? *rest : '_');
        length++;
    }
    name[length] = '\0';
}

/* Length of the extension (".html") at the end of a URL's path; 0 if there is none. */
static size_t extension(const char *url) {
    const char *rest = strstr(url, "://");
    const char *path = strchr(rest != NULL ? rest + 3 : url, '/');
    if (path == NULL || strpbrk(path, "?#") != NULL) {
        return 0;
    }
    const char *dot = strrchr(path, '.');
    if (dot == NULL || dot[-1] == '/' || dot[1] == '\0') {
        return 0;
    }
    for (const char *c = dot + 1; *c != '\0'; c++) {
        if (!is_alphanumeric(*c)) {
            return 0;
        }
    }
    size_t length = strlen(dot);
    return length <= EXTENSION_MAX ? length : 0;
}

/* The hash is always added, because "a/b" and "a_b" look the same once flattened. It stands before
 * the extension, so that programs still recognise the file's type. */
void bko_url_file_name(const char *url, char *out, size_t size) {
    char name[NAME_MAX_BYTES];
    size_t ending = extension(url);
    flatten(url, name);
    size_t length = strlen(name);
    if (ending > 0 && length > ending &&
        strcmp(name + length - ending, url + strlen(url) - ending) == 0) {
        name[length - ending] = '\0';
    } else {
        ending = 0;
    }
    snprintf(out, size, "%s-%016llx%s", name, hash(url), url + strlen(url) - ending);
}
