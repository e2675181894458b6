/* recognition - members say what they valued in each other: with a reason, bounded, never counted
 * for a person. Source: domain.md §12. */
#pragma once

#include "core/set.h"

extern const char *const ps_recognition_words[];
