/* picture - what one viewer sees, part by part.
 *
 * A part is a flat struct of another type than the state, so what is not put in cannot leak. A part
 * for everybody has no viewer argument at all. A picture depends on state, volatile part and
 * viewer, never on the time at which it is drawn. Source: pictures.md, protocol/README.md. */
#pragma once

#include "core/set.h"

struct ps_viewer {
    uint8_t seat;
    uint8_t primary; /* this socket is the one that acts for the seat */
};

enum ps_scope {
    PS_SCOPE_ALL,   /* the same for everybody */
    PS_SCOPE_CLASS, /* the same for all of one sight class */
    PS_SCOPE_SEAT,  /* private to seat and device */
};

/* Every part's struct begins with `uint8_t here`: 0 = the part is absent from the picture. */
struct ps_part_kind {
    const char *name; /* its key in the picture */
    uint8_t scope;
    const struct ps_shape *shape;
    void (*see)(const struct ps_set *set, const struct ps_scene *scene, struct ps_viewer viewer,
                void *ret_seen);
};

/* Indexed by enum ps_part. */
extern const struct ps_part_kind ps_part_kinds[PS_PARTS_COUNT];

/* The largest part, aligned; scratch for see. */
enum { PS_SEEN_BYTES_MAX = 16 * 1024 };
struct ps_seen {
    uint64_t bytes[PS_SEEN_BYTES_MAX / 8];
};

/* Draw one part: zeroes ret_seen, then sees. */
void ps_see(const struct ps_set *set, const struct ps_scene *scene, enum ps_part part,
            struct ps_viewer viewer, struct ps_seen *ret_seen);

/* Viewers of one class see the same in every PS_SCOPE_CLASS part. 0 .. PS_SIGHT_CLASSES - 1. A
 * viewer whose class changes gets a whole picture. */
enum { PS_SIGHT_CLASSES = 4 }; /* presenter or not, holds the desk or not */
uint8_t ps_sight_class(const struct ps_set *set, uint8_t seat);

/* Parts that a change of who is connected may touch. */
#define PS_PARTS_LIVE                                                                              \
    (PS_PART(PS_SEE_YOU) | PS_PART(PS_SEE_ROSTER) | PS_PART(PS_SEE_FLOOR) |                        \
     PS_PART(PS_SEE_ROTATION) | PS_PART(PS_SEE_ACTIVITY) | PS_PART(PS_SEE_DESK))

enum { PS_PHRASE_BYTES_MAX = 4096 }; /* a form and three names, one of which may be a sentence */

/* Write the sentence of a phrase with its names. */
#include "base/text.h"
void ps_phrase_write(const struct ps_phrase *phrase, const struct ps_words *words,
                     struct ps_text *text);
