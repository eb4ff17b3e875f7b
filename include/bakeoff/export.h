/* Marks what the shared library offers; everything else stays hidden. */
#ifndef BAKEOFF_EXPORT_H
#define BAKEOFF_EXPORT_H

#define BKO_API __attribute__((visibility("default")))

#endif
