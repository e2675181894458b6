/* method - what people may ask for: a command, who may call it, and when. Part of set.h, which
 * comes first: a method decides on a whole set. */
#pragma once

#include "core/set.h"

/* ---- commands -----------------------------------------------------------------------------------
 */

enum { PS_PARAMS_BYTES_MAX = 2048 };
struct ps_command {
    uint8_t seat;
    uint16_t method; /* index for ps_method_at */
    uint32_t expect; /* phase id; 0: none given */
    uint64_t params[PS_PARAMS_BYTES_MAX / 8];
};

/* Who may call a method: any of these. */
enum ps_power {
    PS_POWER_MEMBER = 1,
    PS_POWER_PRESENTER = 2,   /* of the turn that runs */
    PS_POWER_LEADER = 4,      /* facilitator, steward, acting deputy */
    PS_POWER_FACILITATOR = 8, /* the role itself */
    PS_POWER_DEPUTY = 16,
    PS_POWER_OBSERVER = 32,
    PS_POWER_ANYBODY = 63,
};

/* When: all of these. */
enum ps_need {
    PS_NEEDS_MEETING = 1,    /* a meeting is open and not ended */
    PS_NEEDS_LIVE = 2,       /* live or closing: a stage runs */
    PS_NEEDS_EXPECT = 4,     /* params.expect is required */
    PS_NEEDS_CLOCK = 8,      /* a clock runs or is paused */
    PS_NEEDS_OPEN_EARS = 16, /* reserved for reads: allowed on a second screen too */
};

struct ps_method {
    const char *name;  /* "floor.yield" */
    const char *about; /* one line for the specification */
    uint8_t powers;
    uint8_t needs;
    const struct ps_shape *shape; /* NULL: no params but expect */
    /* Further conditions that depend on the state alone: the same for enforcement and for the
     * screen. */
    enum ps_refusal (*allowed)(const struct ps_set *set, const struct ps_scene *scene,
                               uint8_t seat);
    /* What follows. NULL: answered above the core (picture.get, time.sync, seat.here). */
    void (*decide)(const struct ps_set *set, const struct ps_scene *scene,
                   const struct ps_command *command, struct ps_outcome *out);
};

/* Methods and events of the whole house, in a fixed order. NULL past the end. */
const struct ps_method *ps_method_at(uint16_t index);
const struct ps_event_kind *ps_event_kind_at(uint16_t index);
/* The activity (index + 1) during which alone the method works; 0: a method of the whole house. */
uint8_t ps_method_activity(uint16_t index);
/* All methods in their order, one after another: begin with a zeroed cursor. NULL at the end. index
 * and activity tell of the method just given. */
struct ps_method_cursor {
    uint16_t index;
    uint8_t table;
    uint8_t row;
    uint8_t activity; /* index + 1; 0: of the whole house */
    bool begun;
};
const struct ps_method *ps_method_next(struct ps_method_cursor *cursor);

/* By name (count bytes); the index, or UINT16_MAX / NULL. */
uint16_t ps_method_find(const char *name, size_t count);
const struct ps_event_kind *ps_event_kind_find(const char *name);
const char *ps_method_word(uint16_t index); /* for field tables */
