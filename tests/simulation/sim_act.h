/* sim_act - what a screen lets one do. */
#pragma once

#include "sim.h"

enum { SIM_CHOICES_MAX = 64, SIM_PARAMS_CHARS = 1024 };
struct sim_choice {
    uint32_t weight;
    char method[32];
    char params[SIM_PARAMS_CHARS];
    char token[24];
};
struct sim_choices {
    struct sim *sim;
    struct sim_person *person;
    json_t *picture;
    struct sim_choice list[SIM_CHOICES_MAX];
    uint32_t count, weight;
};
/* Fill the list with what this person might do now. */
void sim_choices_of_member(struct sim_choices *choices);
void sim_choices_of_leader(struct sim_choices *choices);
const struct sim_choice *sim_choose(struct sim_choices *choices);
