/* usage - what `peerset --help` prints. */
#pragma once

extern const char ps_usage[];
