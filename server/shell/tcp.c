#include "shell/tcp.h"

#include <linux/tcp.h>
#include <string.h>
#include <sys/socket.h>

enum { PROTOCOL_TCP = 6 }; /* IPPROTO_TCP, whose header does not go with linux/tcp.h */

bool ps_tcp_is_silent(int fd)
{
    struct tcp_info info;
    socklen_t bytes = sizeof(info);
    memset(&info, 0, sizeof(info));
    return getsockopt(fd, PROTOCOL_TCP, TCP_INFO, &info, &bytes) == 0 &&
           info.tcpi_bytes_received == 0;
}
