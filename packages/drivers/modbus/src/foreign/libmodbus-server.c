/* A device built on libmodbus, for the tests: prints its port, serves one client after the other until it is killed. */
#include <errno.h>
#include <modbus/modbus.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int port_of(int listener) {
  struct sockaddr_in address;
  socklen_t length = sizeof(address);
  getsockname(listener, (struct sockaddr *)&address, &length);
  return ntohs(address.sin_port);
}

int main(void) {
  modbus_t *ctx = modbus_new_tcp("127.0.0.1", 0);
  modbus_mapping_t *map = modbus_mapping_new(500, 500, 500, 500);
  if (ctx == NULL || map == NULL) return 1;
  for (int i = 0; i < 500; i++) {
    map->tab_input_registers[i] = 1000 + i;
    map->tab_input_bits[i] = i % 3 == 0;
  }

  int listener = modbus_tcp_listen(ctx, 1);
  if (listener < 0) return 1;
  printf("%d\n", port_of(listener));
  fflush(stdout);
  for (;;) {
    if (modbus_tcp_accept(ctx, &listener) < 0) return 1;
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    for (;;) {
      int length = modbus_receive(ctx, query);
      if (length < 0) break;
      if (length > 0) modbus_reply(ctx, query, length, map);
    }
    modbus_close(ctx);
  }
}
