#include "hub/links.h"

#include <string.h>

void ps_json_name(struct ps_text *text, const char *name)
{
    char last = text->used == 0 ? '{' : text->bytes[text->used - 1];
    if (last != '{' && last != '[') {
        ps_text_add_char(text, ',');
    }
    ps_text_add_char(text, '"');
    ps_text_add_string(text, name);
    ps_text_add_string(text, "\":");
}

void ps_json_member(struct ps_text *text, const char *name, const char *value)
{
    ps_json_name(text, name);
    ps_text_add_char(text, '"');
    ps_text_add_json(text, value, strlen(value));
    ps_text_add_char(text, '"');
}

void ps_json_number(struct ps_text *text, const char *name, int64_t number)
{
    ps_json_name(text, name);
    ps_text_add_int(text, number);
}

void ps_words_json(struct ps_text *text, const struct ps_words *words, struct ps_word word)
{
    const char *bytes = word.id == 0 ? NULL : ps_words_find(words, word);
    if (bytes != NULL) {
        ps_text_add_json(text, bytes, word.bytes);
    }
}

bool ps_link_write(const struct ps_hub *hub, const struct ps_set *set, uint8_t seat,
                   const char *url, char ret_link[PS_LINK_CHARS_MAX])
{
    const struct ps_person *person = ps_person(set, seat);
    if (person == NULL || person->removed) {
        return false;
    }
    char token[PS_TOKEN_CHARS_MAX];
    ps_token_write(hub, set->id, seat, person->generation, token);
    struct ps_text text = ps_text_into(ret_link, PS_LINK_CHARS_MAX);
    ps_text_add_string(&text, url != NULL && url[0] != '\0' ? url : hub->url);
    while (text.used > 0 && text.bytes[text.used - 1] == '/') {
        text.used -= 1;
    }
    ps_text_add_string(&text, "/#/join/");
    ps_text_add(&text, token, strlen(token) + 1);
    ps_assert(!text.full);
    return true;
}

void ps_link_add(struct ps_text *text, const struct ps_live_set *live, uint8_t seat,
                 const char *url)
{
    const struct ps_person *person = ps_person(&live->shown, seat);
    char seat_text[PS_SEAT_CHARS_MAX];
    char link[PS_LINK_CHARS_MAX];
    ps_assert(person != NULL);
    ps_seat_write(seat, seat_text);
    ps_text_add_char(text, '{');
    ps_json_member(text, "seat", seat_text);
    ps_json_member(text, "role", ps_role_words[person->role]);
    ps_json_name(text, "name");
    ps_text_add_char(text, '"');
    ps_words_json(text, live->words, person->name);
    ps_text_add_char(text, '"');
    if (person->revoked) {
        ps_json_name(text, "revoked");
        ps_text_add_string(text, "true");
    } else if (ps_link_write(live->hub, &live->shown, seat, url, link)) {
        ps_json_member(text, "link", link);
    }
    ps_text_add_char(text, '}');
}

void ps_links_add(struct ps_text *text, const struct ps_live_set *live, const char *url)
{
    ps_text_add_char(text, '{');
    ps_json_member(text, "set", live->known->id);
    ps_json_name(text, "invites");
    ps_text_add_char(text, '[');
    bool first = true;
    for (uint8_t seat = 1; seat < PS_SEAT_SLOTS; seat++) {
        if (!ps_is_active(&live->shown, seat)) {
            continue;
        }
        ps_text_add(text, ",", first ? 0 : 1);
        ps_link_add(text, live, seat, url);
        first = false;
    }
    ps_text_add_string(text, "]}");
}
