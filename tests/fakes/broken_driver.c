/* A driver of Vulkan that ends the process, or holds it up, at one function: all others are those of a real driver.
 *
 *     cc -shared -fPIC -o broken.so broken_driver.c
 *
 * MESA_FAULT names the function; "load": already when it is loaded. MESA_REAL_DRIVER is the file of the real driver.
 * With MESA_FAULT_HANGS it does not end the process there, but never comes back.
 * With MESA_FAULT_MARK the file of that name is made first: so it has come to that.
 * (Variables of Mesa reach the engine's process, others do not.) Source: LoaderDriverInterface of the Vulkan loader.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef void (*function)(void);
typedef function (*finder)(void *, const char *);

static finder real_instance_function, real_device_function;

static int is_fault(const char *name) {
    const char *fault = getenv("MESA_FAULT");
    return fault != NULL && strcmp(fault, name) == 0;
}

static void leave_mark(void) {
    const char *place = getenv("MESA_FAULT_MARK");
    FILE *file = place == NULL ? NULL : fopen(place, "a");
    if (file != NULL) {
        fclose(file);
    }
}

static void crash(void) {
    leave_mark();
    while (getenv("MESA_FAULT_HANGS") != NULL) {
        pause();
    }
    *(volatile int *)0 = 0;
}

__attribute__((constructor)) static void on_load(void) {
    if (is_fault("load")) {
        leave_mark();
        abort();
    }
}

static void *real_driver(const char *name) {
    void *driver = dlopen(getenv("MESA_REAL_DRIVER"), RTLD_NOW | RTLD_LOCAL);
    return driver == NULL ? NULL : dlsym(driver, name);
}

static function device_function(void *device, const char *name) {
    return is_fault(name) ? crash : real_device_function(device, name);
}

function vk_icdGetInstanceProcAddr(void *instance, const char *name) {
    if (real_instance_function == NULL) {
        real_instance_function = (finder)real_driver("vk_icdGetInstanceProcAddr");
    }
    if (is_fault(name)) {
        return crash;
    }
    function found = real_instance_function(instance, name);
    if (found != NULL && strcmp(name, "vkGetDeviceProcAddr") == 0) {
        real_device_function = (finder)found;
        return (function)device_function;
    }
    return found;
}

int32_t vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t *version) {
    int32_t (*real)(uint32_t *) = (int32_t (*)(uint32_t *))real_driver("vk_icdNegotiateLoaderICDInterfaceVersion");
    return real(version);
}

function vk_icdGetPhysicalDeviceProcAddr(void *instance, const char *name) {
    finder real = (finder)real_driver("vk_icdGetPhysicalDeviceProcAddr");
    return is_fault(name) ? crash : real(instance, name);
}
