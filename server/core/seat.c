#include "core/seat.h"

const char *const ps_role_words[] = {NULL, "member", "facilitator", "deputy", "observer", NULL};

static uint8_t first_of(char letter)
{
    return letter == 'm'   ? 1
           : letter == 'f' ? PS_SEAT_FIRST_FACILITATOR
           : letter == 'o' ? PS_SEAT_FIRST_OBSERVER
                           : PS_NOBODY;
}

static uint8_t count_of(char letter)
{
    return letter == 'm'   ? PS_MEMBER_SEATS_MAX
           : letter == 'f' ? PS_FACILITATOR_SEATS_MAX
           : letter == 'o' ? PS_OBSERVER_SEATS_MAX
                           : 0;
}

size_t ps_seat_write(uint8_t seat, char ret_text[PS_SEAT_CHARS_MAX])
{
    size_t used = 0;
    if (seat != PS_NOBODY && seat <= PS_SEATS_MAX) {
        char letter = seat >= PS_SEAT_FIRST_OBSERVER      ? 'o'
                      : seat >= PS_SEAT_FIRST_FACILITATOR ? 'f'
                                                          : 'm';
        int number = seat - first_of(letter) + 1;
        ret_text[used++] = letter;
        if (number >= 10) {
            ret_text[used++] = (char)('0' + number / 10);
        }
        ret_text[used++] = (char)('0' + number % 10);
    }
    ret_text[used] = '\0';
    return used;
}

uint8_t ps_seat_read(const char *text, size_t count)
{
    if (count < 2 || count > 3 || text[1] == '0') {
        return PS_NOBODY;
    }
    unsigned number = 0;
    for (size_t i = 1; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return PS_NOBODY;
        }
        number = number * 10 + (unsigned)(text[i] - '0');
    }
    if (number > count_of(text[0])) {
        return PS_NOBODY;
    }
    return (uint8_t)(first_of(text[0]) + number - 1);
}
