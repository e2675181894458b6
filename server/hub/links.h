/* links - a person's way in, and what an operator is shown of a set. JSON by base/text.h. */
#pragma once

#include "hub/live_set.h"
#include "hub/token.h"

/* "URL/#/join/TOKEN" for a seat as its roster says now. url NULL: the server's own. False: no such
 * person, or removed. */
bool ps_link_write(const struct ps_hub *hub, const struct ps_set *set, uint8_t seat,
                   const char *url, char ret_link[PS_LINK_CHARS_MAX]);

/* `{"seat","role","name","link"}` of one person. */
void ps_link_add(struct ps_text *text, const struct ps_live_set *live, uint8_t seat,
                 const char *url);
/* `{"set":"…","invites":[…]}` of all who belong to the set now. */
void ps_links_add(struct ps_text *text, const struct ps_live_set *live, const char *url);

/* The words as the inside of a JSON string. */
void ps_words_json(struct ps_text *text, const struct ps_words *words, struct ps_word word);
/* A member `"name":"value"`, escaped; with a comma before it unless the text ends in { or [. */
void ps_json_member(struct ps_text *text, const char *name, const char *value);
void ps_json_number(struct ps_text *text, const char *name, int64_t number);
/* Only the name, ready for a value. */
void ps_json_name(struct ps_text *text, const char *name);
