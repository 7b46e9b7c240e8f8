/* org.varlink.service, which every Varlink service answers: who we are and what we understand. */
#include "internal.h"

#include "pacer/protocol.h"

const char service_interface_text[] = "# What every Varlink service can be asked: who it is and what it understands.\n"
				      "interface org.varlink.service\n"
				      "\n"
				      "# The program behind the socket, and the names of its interfaces.\n"
				      "method GetInfo() -> (\n"
				      "  vendor: string,\n"
				      "  product: string,\n"
				      "  version: string,\n"
				      "  url: string,\n"
				      "  interfaces: []string\n"
				      ")\n"
				      "\n"
				      "# The text of one of them, like this one.\n"
				      "method GetInterfaceDescription(interface: string) -> (description: string)\n"
				      "\n"
				      "# No interface of this name is served here.\n"
				      "error InterfaceNotFound (interface: string)\n"
				      "\n"
				      "# The interface has no method of this name.\n"
				      "error MethodNotFound (method: string)\n"
				      "\n"
				      "# The interface has the method, but this program cannot do it.\n"
				      "error MethodNotImplemented (method: string)\n"
				      "\n"
				      "# The parameter is missing, unknown or of another type.\n"
				      "error InvalidParameter (parameter: string)\n"
				      "\n"
				      "# The caller is somebody else.\n"
				      "error PermissionDenied ()\n"
				      "\n"
				      "# The method answers many times and has to be called with more.\n"
				      "error ExpectedMore ()\n";

static void get_info(struct rpc_call *call, json_t *parameters UNUSED)
{
	const struct interface *interfaces = call->conn->rpc->interfaces;
	json_t *names = json_array();
	for (size_t i = 0; i < INTERFACE_COUNT; i++)
		json_array_append_new(names, json_string(idl_name(interfaces[i].idl)));
	rpc_reply(call, json_pack("{ss ss ss ss so}", "vendor", "Pacer", "product", "pacerd", "version", PACER_VERSION, "url", PACER_URL,
				  "interfaces", names));
}

static void get_interface_description(struct rpc_call *call, json_t *parameters)
{
	const struct interface *interfaces = call->conn->rpc->interfaces;
	const char *name = json_string_value(json_object_get(parameters, "interface"));
	for (size_t i = 0; i < INTERFACE_COUNT; i++)
		if (!strcmp(idl_name(interfaces[i].idl), name)) {
			rpc_reply(call, json_pack("{ss}", "description", interfaces[i].text));
			return;
		}
	call_refuse(call, "InterfaceNotFound", "interface", name);
}

void service_call(struct rpc_call *call, json_t *parameters)
{
	static const struct {
		const char *method;
		void (*answer)(struct rpc_call *, json_t *);
	} methods[] = {{"GetInfo", get_info}, {"GetInterfaceDescription", get_interface_description}};
	for (size_t i = 0; i < ARRAY_LEN(methods); i++)
		if (!strcmp(methods[i].method, call->method)) {
			methods[i].answer(call, parameters);
			return;
		}
	own_bug("%s: in the text, but not in the table", call->method);
}
