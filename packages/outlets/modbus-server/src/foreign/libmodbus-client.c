/* A client built on libmodbus, for the tests: one command on each line of the input, one line of answers on the output.
 *
 *   hr|ir|c|di UNIT START COUNT    reads
 *   whr|wc UNIT START VALUE...     writes: one value with FC 6 or 5, several with FC 16 or 15
 *   mask UNIT START AND OR         FC 22
 *   rw UNIT START VALUE COUNT FROM FC 23: writes one register, reads COUNT from FROM
 */
#include <errno.h>
#include <modbus/modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST 2000

static void print_result(int result, const uint16_t *registers, const uint8_t *bits, int count) {
  if (result < 0) {
    printf("exception %d\n", errno - MODBUS_ENOBASE);
  } else {
    for (int i = 0; i < count; i++) printf(i ? " %d" : "%d", registers ? registers[i] : bits[i]);
    printf("\n");
  }
  fflush(stdout);
}

int main(int argc, char **argv) {
  char line[16384];
  uint16_t registers[LONGEST];
  uint8_t bits[LONGEST];
  if (argc != 2) return 1;
  modbus_t *ctx = modbus_new_tcp("127.0.0.1", atoi(argv[1]));
  modbus_set_response_timeout(ctx, 5, 0);
  if (modbus_connect(ctx) < 0) return 1;
  while (fgets(line, sizeof(line), stdin)) {
    char *command = strtok(line, " \n");
    long numbers[LONGEST];
    int count = 0;
    for (char *text; (text = strtok(NULL, " \n")) && count < LONGEST;) numbers[count++] = strtol(text, NULL, 0);
    if (command == NULL || count < 3) return 1;
    modbus_set_slave(ctx, numbers[0]);
    int start = numbers[1], n = numbers[2], values = count - 2;
    for (int i = 0; i < values; i++) {
      registers[i] = numbers[2 + i];
      bits[i] = numbers[2 + i] != 0;
    }
    if (!strcmp(command, "hr")) print_result(modbus_read_registers(ctx, start, n, registers), registers, NULL, n);
    else if (!strcmp(command, "ir")) print_result(modbus_read_input_registers(ctx, start, n, registers), registers, NULL, n);
    else if (!strcmp(command, "c")) print_result(modbus_read_bits(ctx, start, n, bits), NULL, bits, n);
    else if (!strcmp(command, "di")) print_result(modbus_read_input_bits(ctx, start, n, bits), NULL, bits, n);
    else if (!strcmp(command, "whr") && values == 1) print_result(modbus_write_register(ctx, start, registers[0]), registers, NULL, 0);
    else if (!strcmp(command, "whr")) print_result(modbus_write_registers(ctx, start, values, registers), registers, NULL, 0);
    else if (!strcmp(command, "wc") && values == 1) print_result(modbus_write_bit(ctx, start, bits[0]), NULL, bits, 0);
    else if (!strcmp(command, "wc")) print_result(modbus_write_bits(ctx, start, values, bits), NULL, bits, 0);
    else if (!strcmp(command, "mask")) print_result(modbus_mask_write_register(ctx, start, numbers[2], numbers[3]), registers, NULL, 0);
    else if (!strcmp(command, "rw")) print_result(modbus_write_and_read_registers(ctx, start, 1, registers, numbers[4], numbers[3], registers), registers, NULL, numbers[3]);
    else return 1;
  }
  modbus_close(ctx);
  modbus_free(ctx);
  return 0;
}
