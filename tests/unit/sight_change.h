/* sight_change - every field of a state, one after another, given another value that it could have.
 */
#pragma once

#include "core/set.h"

/* path : of the field, without the places in lists: "now.floor.hands.text".
 * owner: the seat of the person it belongs to; PS_NOBODY when it belongs to nobody.
 * other: the state with that one field changed; borrowed. */
typedef void (*sight_tried)(void *context, const char *path, uint8_t owner,
                            const struct ps_set *other);

/* Fields that hold nothing are filled, fields that hold something are changed and, where nothing is
 * a value, emptied. */
void sight_changes(const struct ps_set *set, sight_tried tried, void *context);
