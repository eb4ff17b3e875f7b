/* Marks the functions that the shared library exports; everything else stays hidden. */
#ifndef BAKEOFF_EXPORT_H
#define BAKEOFF_EXPORT_H

#define BKO_API __attribute__((visibility("default")))

#endif
