/* See net/secret.h. */
#include "net/secret.h"

#include <stdbool.h>
#include <string.h>

enum { NAME_MAX_BYTES = 64, TELLING_BYTES = 6 };

static bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("_.-%[]", c) != NULL);
}

/* In lower case, and with '_' for '-' and '.'. */
static void normalise(const char *given, size_t length, char *name) {
    for (size_t i = 0; i < length; i++) {
        char c = given[i];
        if (c >= 'A' && c <= 'Z') {
            c = (char)(c - 'A' + 'a');
        }
        name[i] = c;
        if (c == '-' || c == '.') {
            name[i] = '_';
        }
    }
    name[length] = '\0';
}

/* "auth", but not the word "author". */
static bool names_authorisation(const char *name) {
    for (const char *at = strstr(name, "auth"); at != NULL; at = strstr(at + 1, "auth")) {
        const char *behind = at + (strncmp(at, "authors", 7) == 0 ? 7 : 6);
        bool is_author = strncmp(at, "author", 6) == 0 && !(*behind >= 'a' && *behind <= 'z');
        if (!is_author) {
            return true;
        }
    }
    return false;
}

static bool is_secret(const char *name) {
    static const char *const parts[] = {"token",       "secret",    "passw",      "passphrase",
                                        "credential",  "accesskey", "access_key", "privatekey",
                                        "private_key", "apikey",    "api_key"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strstr(name, parts[i]) != NULL) {
            return true;
        }
    }
    return names_authorisation(name);
}

/* Names of requests only: elsewhere these are mostly names of files and places. */
static bool is_of_requests(const char *name) {
    static const char *const parts[] = {"signature", "session",   "cookie", "jwt",
                                        "hmac",      "assertion", "saml"};
    static const char *const names[] = {"sig", "code", "sid", "otp", "pin", "pw", "ticket"};
    size_t end = strlen(name);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strstr(name, parts[i]) != NULL) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return end >= 3 && strcmp(name + end - 3, "key") == 0;
}

/* Short values and numbers of these tell pages apart: ?key=17. */
static bool may_be_secret(const char *name, const char *value, size_t length) {
    return length >= TELLING_BYTES && strspn(value, "0123456789") < length && is_of_requests(name);
}

size_t bko__secret_parameter(const char *text, size_t *shown) {
    char name[NAME_MAX_BYTES + 1];
    size_t length = 0;
    if (*text == '\0' || strchr("?&;#", *text) == NULL) {
        return 0;
    }
    while (length < NAME_MAX_BYTES && is_name_character(text[1 + length])) {
        length++;
    }
    if (length == 0 || text[1 + length] != '=') {
        return 0;
    }
    normalise(text + 1, length, name);
    const char *value = text + length + 2;
    size_t size = strcspn(value, "&;# \t\r\n'\"<>");
    if (!is_secret(name) && !may_be_secret(name, value, size)) {
        return 0;
    }
    *shown = size > 0 ? length + 2 : *shown;
    return size;
}
