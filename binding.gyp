{
  'targets': [
    {
      'target_name': 'alived',
      'sources': [
        'native/addon.cc',
        'native/constants.cc',
        'native/exchange.cc',
        'native/inotify.cc',
        'native/link.cc',
        'native/memory.cc',
        'native/poll.cc',
        'native/process.cc',
        'native/socket.cc',
        'native/spawn.cc',
      ],
      'include_dirs': ["<!(node -p \"require('node-addon-api').include_dir\")"],
      'defines': ['NAPI_VERSION=9', 'NAPI_DISABLE_CPP_EXCEPTIONS', 'NODE_ADDON_API_DISABLE_DEPRECATED'],
      'cflags!': ['-O3'],
      'cflags': ['-O2', '-Wall', '-Wextra', '-Werror', '-fvisibility=hidden'],
      'cflags_cc!': ['-std=gnu++17', '-std=gnu++20', '-O3'],
      'cflags_cc': ['-std=c++17'],
    },
  ],
}
