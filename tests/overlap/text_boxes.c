/*
 * text_boxes.so: preloaded into gnuplot, it writes a line for each text that gnuplot draws into a
 * PNG or PDF, with the box of its ink as Pango lays it out: the font that is used, hinting and
 * rotation are in it. The lines are appended to the file that TEXT_BOXES names:
 *
 *     KIND UNKNOWN LEFT TOP RIGHT BOTTOM TEXT
 *
 * KIND is png or pdf; UNKNOWN is the number of characters that no font has; the sides are pixels of
 * the PNG, or points of the PDF, from the top left corner; TEXT goes up to the end of the line.
 *
 * Pango's and cairo's functions are declared here, as far as they are needed, so that nothing must
 * be installed besides gnuplot. gnuplot draws in one thread.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct context context; /* cairo_t */
typedef struct layout layout;   /* PangoLayout */
typedef struct {
    int x, y, width, height; /* in parts of a unit, see PANGO_UNIT */
} rectangle;

static const double PANGO_UNIT = 1024.0; /* PANGO_SCALE */
enum { PDF = 1 };                        /* of cairo_surface_type_t; an image's is 0 */

void cairo_get_current_point(context *cr, double *x, double *y);
void cairo_user_to_device(context *cr, double *x, double *y);
void *cairo_get_target(context *cr);
int cairo_surface_get_type(void *surface);
void pango_layout_get_extents(layout *text, rectangle *ink, rectangle *logical);
int pango_layout_get_unknown_glyphs_count(layout *text);
const char *pango_layout_get_text(layout *text);
void pango_cairo_show_layout(context *cr, layout *text);

typedef struct {
    double left, top, right, bottom;
} sides;

static void include(sides *box, double x, double y) {
    box->left = x < box->left ? x : box->left;
    box->right = x > box->right ? x : box->right;
    box->top = y < box->top ? y : box->top;
    box->bottom = y > box->bottom ? y : box->bottom;
}

/* The ink's box on the page; the text may be turned. */
static sides ink_on_page(context *cr, layout *text) {
    rectangle ink;
    double x, y;
    pango_layout_get_extents(text, &ink, NULL);
    cairo_get_current_point(cr, &x, &y);
    sides box = {1e9, 1e9, -1e9, -1e9};
    for (int corner = 0; corner < 4; corner++) {
        double corner_x = x + (ink.x + (corner & 1 ? ink.width : 0)) / PANGO_UNIT;
        double corner_y = y + (ink.y + (corner & 2 ? ink.height : 0)) / PANGO_UNIT;
        cairo_user_to_device(cr, &corner_x, &corner_y);
        include(&box, corner_x, corner_y);
    }
    return box;
}

static void write_line(FILE *file, context *cr, layout *text) {
    int kind = cairo_surface_get_type(cairo_get_target(cr));
    sides box = ink_on_page(cr, text);
    fprintf(file, "%s %d %.3f %.3f %.3f %.3f %s\n", kind == PDF ? "pdf" : "png",
            pango_layout_get_unknown_glyphs_count(text), box.left, box.top, box.right, box.bottom,
            pango_layout_get_text(text));
}

/* The build hides names that aren't exported by hand, and a hidden one replaces nothing. */
__attribute__((visibility("default"))) void pango_cairo_show_layout(context *cr, layout *text) {
    static void (*show)(context *, layout *);
    const char *path = getenv("TEXT_BOXES");
    FILE *file = path ? fopen(path, "a") : NULL;
    if (file) {
        write_line(file, cr, text);
        fclose(file);
    }
    if (!show) {
        *(void **)&show = dlsym(RTLD_NEXT, "pango_cairo_show_layout");
    }
    show(cr, text);
}
