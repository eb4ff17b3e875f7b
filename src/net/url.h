/* What is wrong with a URL, in words; the codes are bko_url_check's. */
#ifndef BAKEOFF_NET_URL_H
#define BAKEOFF_NET_URL_H

#include <stddef.h>

/* Why bko_url_check refuses `url`: a few words, static; NULL if it doesn't. They do not quote the
 * URL, which may hold a password. Any thread. */
const char *bko__url_fault(const char *url);

/* bko_url_redact for accounts alone: for a script, the parameters of its URLs are data. */
void bko__url_hide_accounts(const char *text, char *out, size_t size);

#endif
