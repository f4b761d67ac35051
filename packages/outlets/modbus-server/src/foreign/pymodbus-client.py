"""A client built on pymodbus, for the tests: the commands and answers of libmodbus-client.c, and `identify UNIT 0 0`."""

import sys

from pymodbus.client import ModbusTcpClient
from pymodbus.mei_message import ReadDeviceInformationRequest
from pymodbus.register_read_message import ReadWriteMultipleRegistersRequest
from pymodbus.register_write_message import MaskWriteRegisterRequest

client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]), timeout=5)
client.connect()


def ask(command, unit, start, *values):
    count = values[0]
    if command == "hr":
        return client.read_holding_registers(start, count, slave=unit)
    if command == "ir":
        return client.read_input_registers(start, count, slave=unit)
    if command == "c":
        return client.read_coils(start, count, slave=unit)
    if command == "di":
        return client.read_discrete_inputs(start, count, slave=unit)
    if command == "whr" and len(values) == 1:
        return client.write_register(start, count, slave=unit)
    if command == "whr":
        return client.write_registers(start, list(values), slave=unit)
    if command == "wc" and len(values) == 1:
        return client.write_coil(start, count != 0, slave=unit)
    if command == "wc":
        return client.write_coils(start, [value != 0 for value in values], slave=unit)
    if command == "mask":
        return client.execute(MaskWriteRegisterRequest(start, values[0], values[1], unit=unit))
    if command == "rw":
        request = ReadWriteMultipleRegistersRequest(
            read_address=values[2], read_count=values[1], write_address=start, write_registers=[count], unit=unit
        )
        return client.execute(request)
    return client.execute(ReadDeviceInformationRequest(read_code=2, unit=unit))


def show(command, values, answer):
    if answer.isError():
        return f"exception {answer.exception_code}"
    if command in ("hr", "ir", "rw"):
        return " ".join(str(register) for register in answer.registers)
    if command in ("c", "di"):
        return " ".join(str(int(bit)) for bit in answer.bits[: values[0]])
    if command == "identify":
        return " ".join(text.decode() for text in answer.information.values())
    return ""


for line in sys.stdin:
    command, unit, start, *values = (part if i == 0 else int(part, 0) for i, part in enumerate(line.split()))
    print(show(command, values, ask(command, unit, start, *values)), flush=True)
