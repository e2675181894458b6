/* laws_walk - a random walk of people and time through one set, with the laws looked at on the way.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/founding.h"
#include "core/settle.h"
#include "laws.h"

enum { MEMBERS = 6, MINUTE = 60000 };

uint32_t walk_below(struct walk *walk, uint32_t bound)
{
    return (uint32_t)ps_prng_below(&walk->prng, bound);
}

void walk_tell(const struct walk *walk)
{
    const struct world *world = walk->world;
    print_error("# seed %llu, step %u, %s/%s\n", (unsigned long long)walk->seed, walk->step,
                world_kind(world), world_phase(world));
    size_t from = world->kept_count > 12 ? world->kept_count - 12 : 0;
    for (size_t i = from; i < world->kept_count; i++) {
        print_error("#   %llu %s (%s) %s\n", (unsigned long long)world->kept[i].record.seq,
                    world->kept[i].record.kind, world->kept[i].record.cause, world->kept[i].facts);
    }
    print_error("# frame %.*s\n", (int)(walk->frame_count < 400 ? walk->frame_count : 400),
                walk->frame);
}

static void watch(struct world *world, const struct ps_set *before, const struct ps_event *event)
{
    struct walk *walk = world->watcher;
    law_event(walk, before, event);
    law_parts(walk, before, event);
}

/* ---- steps ----------------------------------------------------------------------------------- */

static uint8_t somebody(struct walk *walk, bool connected)
{
    const struct world *world = walk->world;
    for (int i = 0; i < 200; i++) {
        uint8_t seat = (uint8_t)(1 + walk_below(walk, PS_SEATS_MAX));
        if (ps_person(&world->set, seat) != NULL &&
            (!connected || ps_seats_has(world->live.connected, seat))) {
            return seat;
        }
    }
    return ps_facilitator(&world->set);
}

/* Some ends come too soon if every tap counts the same. */
static uint32_t rarity(const char *name)
{
    static const struct {
        const char *name;
        uint32_t of;
    } rare[] = {
        {"picture.get", 40},
        {"time.sync", 40},
        {"seat.here", 40},
        {"you.rename", 40},
        {"presence.away", 30},
        {"help.ask", 20},
        {"help.clear", 8},
        {"invite.renew", 30},
        {"seat.remove", 40},
        {"seat.admit", 20},
        {"lease.offer", 10},
        {"lease.take", 3},
        {"meeting.end", 100},
        {"meeting.close", 100},
        {"meeting.open", 8},
        {"meeting.plan", 6},
        {"stage.next", 30},
        {"stage.skip", 80},
        {"stage.insert", 30},
        {"stage.remove", 40},
        {"turn.next", 2},
        {"turn.ready", 4},
        {"turn.stop", 20},
        {"agenda.agree", 8},
        {"clock.pause", 20},
        {"clock.extend", 12},
        {"agenda.override", 4},
        {"commitment.witness", 2},
        {"recognition.take_back", 16},
        {"stage.reopen", 2},
        {"floor.next", 3},
        {"meeting.reopen", 2},
    };
    for (size_t i = 0; i < PS_COUNT(rare); i++) {
        if (strcmp(rare[i].name, name) == 0) {
            return rare[i].of;
        }
    }
    return 1;
}

/* What is possible only for a short while. */
static bool is_eager(const char *name)
{
    return strcmp(name, "commitment.make") == 0 || strcmp(name, "floor.yield") == 0 ||
           strcmp(name, "turn.invite") == 0 || strcmp(name, "prompt.answer") == 0;
}

static uint16_t something(struct walk *walk, uint8_t seat, bool allowed)
{
    const struct ps_scene scene = world_scene(walk->world);
    uint16_t list[LAWS_METHODS_MAX];
    uint16_t count = 0;
    for (uint16_t i = 0; ps_method_at(i) != NULL; i++) {
        assert_true(i < LAWS_METHODS_MAX);
        bool may = !allowed || ps_may(&walk->world->set, &scene, seat, i) == PS_ALLOWED;
        if (may && allowed && is_eager(ps_method_at(i)->name) && walk_below(walk, 2) == 0) {
            return i;
        }
        if (may && walk_below(walk, rarity(ps_method_at(i)->name)) == 0) {
            list[count++] = i;
        }
    }
    return count == 0 ? UINT16_MAX : list[walk_below(walk, count)];
}

/* Who leads does more than the others, and so does who presents. */
static uint8_t who_asks(struct walk *walk)
{
    const struct world *world = walk->world;
    uint8_t presenter = world->set.now.running.presenter;
    uint8_t leader = ps_facilitator(&world->set);
    uint32_t die = walk_below(walk, 10);
    if (die < 3 && ps_seats_has(world->live.connected, leader)) {
        return leader;
    }
    const struct ps_phase *phase = ps_phase_now(&world->set);
    uint32_t share = phase != NULL && phase->commits ? 8 : 5;
    return die < share && ps_seats_has(world->live.connected, presenter) ? presenter
                                                                         : somebody(walk, true);
}

static void step_ask(struct walk *walk, bool allowed, bool spoil)
{
    uint8_t seat = who_asks(walk);
    uint16_t method = something(walk, seat, allowed);
    if (method == UINT16_MAX) {
        return;
    }
    walk_write_frame(walk, seat, method);
    if (spoil) {
        walk_spoil_frame(walk);
    }
    if (walk_below(walk, 3) == 0) {
        law_untouched(walk, seat);
    }
    enum ps_refusal refusal = world_frame(walk->world, seat, walk->frame, walk->frame_count);
    if (!spoil) {
        uint32_t *count = refusal == PS_ALLOWED ? walk->coverage->allowed : walk->coverage->refused;
        count[method] += 1;
    }
}

static void step_time(struct walk *walk)
{
    struct world *world = walk->world;
    const struct ps_scene scene = world_scene(world);
    int64_t wake = ps_wake_at(&world->set, &scene);
    if (wake != PS_NEVER && walk_below(walk, 2) == 0 && wake - world->now < 20 * MINUTE) {
        world_pass(world, wake - world->now);
    } else {
        world_pass(world, walk_below(walk, walk_below(walk, 4) == 0 ? 3 * MINUTE : 8000));
    }
}

static void step_connection(struct walk *walk)
{
    struct world *world = walk->world;
    const struct ps_live before = world->live;
    uint8_t seat = somebody(walk, false);
    bool here = ps_seats_has(world->live.connected, seat);
    if (here && walk_below(walk, 2) == 0) {
        return; /* more come than go */
    }
    world->live.connected ^= ps_seat_bit(seat);
    if (here) {
        world->live.lost_at[seat] = world->now;
    }
    law_live_parts(walk, &before);
    world_settle(world);
}

static void step_restart(struct walk *walk)
{
    struct world *world = walk->world;
    int64_t crashed_at = world->now;
    world->now += walk_below(walk, 5 * MINUTE);
    world_restart(world, crashed_at - walk_below(walk, 5000));
    world_come(world, "f1 m1 m2 m3");
}

/* What the operator does through the control socket. */
static void step_operator(struct walk *walk)
{
    struct world *world = walk->world;
    static const char text[] = "Newcomer";
    const struct ps_word name = {.id = PS_WORD_FRESH, .bytes = sizeof(text) - 1};
    struct ps_founder founder = {.name = name};
    struct ps_scene scene = world_scene(world);
    scene.command_text = text;
    uint8_t seat = somebody(walk, false);
    uint8_t added = PS_NOBODY;
    enum ps_refusal refusal = PS_ALLOWED;
    ps_outcome_begin(&world->out, &world->set);
    switch (walk_below(walk, 6)) {
    case 0:
        memcpy(founder.role, "observer", walk_below(walk, 2) == 0 ? 9 : 0);
        refusal = ps_seat_add(&world->set, &scene, &founder, &world->out, &added);
        break;
    case 1:
        refusal = ps_seat_rename(&world->set, &scene, seat, name, &world->out);
        break;
    case 2:
        refusal = ps_invite_renew(&world->set, &scene, seat, &world->out);
        break;
    case 3:
        refusal = ps_invite_revoke(&world->set, &scene, seat, &world->out);
        break;
    case 4:
        ps_export_record(&scene, &world->out);
        break;
    default:
        refusal = walk_below(walk, 3) == 0
                      ? ps_seat_remove(&world->set, &scene, seat, PS_NOBODY, name, &world->out)
                      : PS_REFUSED_FULL;
        break;
    }
    if (refusal == PS_ALLOWED) {
        world_take(world, "server");
        world_settle(world);
    }
}

static void step(struct walk *walk)
{
    uint32_t die = walk_below(walk, 100);
    if (die < 60) {
        step_ask(walk, true, false);
    } else if (die < 65) {
        step_ask(walk, false, false);
    } else if (die < 69) {
        step_ask(walk, die == 65, true);
    } else if (die < 87) {
        step_time(walk);
    } else if (die < 97) {
        step_connection(walk);
    } else if (die < 99) {
        step_operator(walk);
    } else {
        step_restart(walk);
    }
    law_state(walk);
    if (walk->step % 5 == 0) {
        law_pictures(walk);
        law_close(walk);
    }
}

/* ---- a walk ---------------------------------------------------------------------------------- */

/* Three of the kind, with what it needs around it. */
static void write_plan(char *file, size_t room, const char *kind)
{
    snprintf(file, room,
             ",\"meeting\":{\"planned_ms\":%d,\"stages\":["
             "{\"kind\":\"%s\",\"planned_ms\":%d},{\"kind\":\"agenda\",\"planned_ms\":%d},"
             "{\"kind\":\"%s\",\"planned_ms\":%d},{\"kind\":\"%s\",\"planned_ms\":%d},"
             "{\"kind\":\"close\",\"planned_ms\":%d}]}",
             180 * MINUTE, kind, 40 * MINUTE, 5 * MINUTE, kind, 35 * MINUTE, kind, 27 * MINUTE,
             9 * MINUTE);
}

void walk_through(struct coverage *coverage, uint8_t kind, uint64_t seed, uint32_t steps)
{
    static struct walk walk;
    char extra[1024];
    char plan[800];
    write_plan(plan, sizeof(plan), ps_activity_at(kind)->name);
    snprintf(extra, sizeof(extra), "%s%s", plan,
             seed % 4 == 3 ? ",\"rehearsal\":true,\"pace\":7" : "");
    if (seed % 3 == 1) {
        strncat(extra, ",\"rotation\":{\"mode\":\"bid\"}", sizeof(extra) - strlen(extra) - 1);
    }
    walk =
        (struct walk){.prng = ps_prng_seed(seed * 31 + kind), .seed = seed, .coverage = coverage};
    walk.world = world_create(MEMBERS, extra);
    walk.world->watch = watch;
    walk.world->watcher = &walk;
    world_come(walk.world, "f1 f2 m1 m2 m3 m4");
    if (seed % 5 != 0) {
        world_ok(walk.world, "f1", "meeting.open", "");
        world_ok(walk.world, "f1", "meeting.start", "");
    }
    for (walk.step = 0; walk.step < steps; walk.step++) {
        step(&walk);
    }
    world_replay(walk.world);
    world_destroy(walk.world);
}
