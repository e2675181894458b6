#include "core/picture.h"

#include <string.h>

#include "core/desk.h"
#include "core/sights.h"

const struct ps_part_kind ps_part_kinds[PS_PARTS_COUNT] = {
    [PS_SEE_SET] = {"set", PS_SCOPE_ALL, &ps_seen_set_shape, ps_see_set},
    [PS_SEE_YOU] = {"you", PS_SCOPE_SEAT, &ps_seen_you_shape, ps_see_you},
    [PS_SEE_ROSTER] = {"roster", PS_SCOPE_ALL, &ps_seen_roster_shape, ps_see_roster},
    [PS_SEE_MEETING] = {"meeting", PS_SCOPE_ALL, &ps_seen_meeting_shape, ps_see_meeting},
    [PS_SEE_ACTIVITY] = {"activity", PS_SCOPE_CLASS, &ps_seen_activity_shape, ps_see_activity},
    [PS_SEE_CLOCK] = {"clock", PS_SCOPE_ALL, &ps_seen_clock_shape, ps_see_clock},
    [PS_SEE_FLOOR] = {"floor", PS_SCOPE_ALL, &ps_seen_floor_shape, ps_see_floor},
    [PS_SEE_ROTATION] = {"rotation", PS_SCOPE_ALL, &ps_seen_rotation_shape, ps_see_rotation},
    [PS_SEE_PROMPT] = {"prompt", PS_SCOPE_SEAT, &ps_seen_prompt_shape, ps_see_prompt},
    [PS_SEE_COMMITMENTS] = {"commitments", PS_SCOPE_ALL, &ps_seen_commitments_shape,
                            ps_see_commitments},
    [PS_SEE_BOARD] = {"board", PS_SCOPE_ALL, &ps_seen_board_shape, ps_see_board},
    [PS_SEE_DESK] = {"desk", PS_SCOPE_CLASS, &ps_seen_desk_shape, ps_desk_see},
};

void ps_see(const struct ps_set *set, const struct ps_scene *scene, enum ps_part part,
            struct ps_viewer viewer, struct ps_seen *ret_seen)
{
    const struct ps_part_kind *kind = &ps_part_kinds[part];
    ps_assert(kind->shape->size <= sizeof(*ret_seen));
    memset(ret_seen, 0, kind->shape->size);
    /* A part for everybody is drawn for nobody in particular: it cannot depend on the viewer. */
    if (kind->scope == PS_SCOPE_ALL) {
        viewer = (struct ps_viewer){0};
    }
    kind->see(set, scene, viewer, ret_seen);
}

uint8_t ps_sight_class(const struct ps_set *set, uint8_t seat)
{
    uint8_t powers = ps_powers(set, seat);
    bool presents = (powers & PS_POWER_PRESENTER) != 0;
    bool leads = (powers & PS_POWER_LEADER) != 0;
    return (uint8_t)((presents ? 1 : 0) + (leads ? 2 : 0));
}

/* ---- phrases --------------------------------------------------------------------------------- */

void ps_phrase_write(const struct ps_phrase *phrase, const struct ps_words *words,
                     struct ps_text *text)
{
    for (const char *at = phrase->form; *at != '\0'; at++) {
        bool placed = (*at == '%' || *at == '#') && at[1] >= '1' && at[1] <= '3';
        if (!placed) {
            ps_text_add_char(text, *at);
            continue;
        }
        size_t index = (size_t)(at[1] - '1');
        if (*at == '#') {
            ps_text_add_int(text, phrase->numbers[index]);
        } else {
            const char *name = ps_words_find(words, phrase->names[index]);
            ps_text_add(text, name == NULL ? "" : name,
                        name == NULL ? 0 : phrase->names[index].bytes);
        }
        at++;
    }
}
